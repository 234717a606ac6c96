namespace Lorch.Core.Runs.Contract;

/// <summary>Who has to see a notice.</summary>
internal enum NoticeLevel
{
    /// <summary>Everybody.</summary>
    High,

    /// <summary>Those who look closer.</summary>
    Normal,

    /// <summary>Those who search for a reason.</summary>
    Low,
}

/// <summary>Something that a person may want to read while a run goes on.</summary>
/// <param name="Text">One line.</param>
/// <param name="Level">Who has to see it.</param>
internal sealed record RunNotice(string Text, NoticeLevel Level);

/// <summary>Shows a run to people while it goes on.</summary>
internal interface IRunObserver
{
    /// <summary>Shows a notice; called from any thread, one call at a time.</summary>
    /// <param name="notice">The notice.</param>
    void Say(RunNotice notice);
}
