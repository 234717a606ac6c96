using System.Globalization;
using Lorch.Core.Json;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Transcripts;

namespace Lorch.Core.Runs.Records;

/// <summary>Tells people what a run does: on the console while it goes on, and in its transcript.</summary>
internal sealed class Narrator(IRunObserver observer, SecretRedactor redactor, Transcript? transcript)
{
    private const int LongestLine = 4096;

    /// <summary>Says a line to everybody.</summary>
    public void Say(string text) => Say(text, NoticeLevel.High);

    /// <summary>Says a line to those who look closer.</summary>
    public void Mention(string text) => Say(text, NoticeLevel.Normal);

    /// <summary>Says a line to those who search for a reason.</summary>
    public void Detail(string text) => Say(text, NoticeLevel.Low);

    /// <summary>A duration as people read it.</summary>
    public static string Duration(TimeSpan duration) => duration.TotalSeconds < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds} s");

    private void Say(string text, NoticeLevel level)
    {
        transcript?.Write(text);
        observer.Say(new RunNotice(ShortText.Of(redactor.Redact(text), LongestLine), level));
    }
}
