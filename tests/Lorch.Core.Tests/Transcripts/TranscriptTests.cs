using Lorch.Core.Storage;
using Lorch.Core.Transcripts;
using Lorch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Transcripts;

public sealed class TranscriptTests : IDisposable
{
    private const string File = "transcripts/run-20260131-090500-0a1b2c3d.txt";

    private readonly TemporaryWorkspace _workspace = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 31, 9, 5, 0, TimeSpan.Zero));

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Gives_each_line_its_time()
    {
        using (var transcript = Open())
        {
            transcript.Write("begins");
            _clock.Advance(TimeSpan.FromSeconds(61));
            transcript.Write("first\r\nsecond\n");
        }

        Assert.Equal("09:05:00 begins\n09:06:01 first\n09:06:01 second\n09:06:01 \n", _workspace.Read(File));
    }

    [Fact]
    public void Goes_on_behind_what_is_there()
    {
        using (var transcript = Open())
        {
            transcript.Write("one");
        }

        using (var transcript = Open())
        {
            transcript.Write("two");
        }

        Assert.Equal("09:05:00 one\n09:05:00 two\n", _workspace.Read(File));
    }

    [Fact]
    public void Redacts_also_over_several_lines()
    {
        using (var transcript = Open())
        {
            transcript.Write("it is hunter2hunter2\n-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nso");
        }

        Assert.Equal("09:05:00 it is ***\n09:05:00 ***\n09:05:00 so\n", _workspace.Read(File));
    }

    [Fact]
    public void Shows_control_characters_without_letting_them_act()
    {
        using (var transcript = Open())
        {
            transcript.Write("a\u001b[2Jb\tc\0");
        }

        Assert.Equal("09:05:00 a\\u001b[2Jb\tc\\u0000\n", _workspace.Read(File));
    }

    [Fact]
    public void Is_for_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        Open().Dispose();

        var mode = new FileInfo(_workspace.At(File)).UnixFileMode;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
    }

    [Fact]
    public void Stops_without_stopping_the_run_if_it_cant_be_written()
    {
        _workspace.Write("transcripts", "a file where the folder should be");

        using var transcript = Open();
        transcript.Write("unheard");

        Assert.Equal((DiagnosticCode.StorageFailed, DiagnosticSeverity.Warning), (transcript.Problem!.Code, transcript.Problem.Severity));
    }

    [Fact]
    public async Task Takes_lines_from_many_threads_whole()
    {
        using (var transcript = Open())
        {
            await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, (i, _) =>
            {
                transcript.Write($"line {i} of many");
                return ValueTask.CompletedTask;
            });
        }

        var lines = _workspace.Read(File).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(200, lines.Distinct().Count());
        Assert.All(lines, line => Assert.Matches("^09:05:00 line [0-9]+ of many$", line));
    }

    private Transcript Open() => new(
        new WorkspaceLayout(_workspace.Root, null),
        RunId.Parse("run-20260131-090500-0a1b2c3d"),
        new SecretRedactor(["hunter2hunter2"]),
        _clock);
}
