using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Core.Tests.Agents;

public sealed class AgentLogTests : IDisposable
{
    private const long MaxBytes = 4_000_000;

    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Appends_messages_as_lines()
    {
        Write(Message("one", null));
        Write(Message("two", "{\"n\":1}"));

        Assert.Equal(
            """
            {"kind":"log","level":"info","message":"one","timestamp":"1970-01-01T00:00:00.000Z"}
            {"kind":"log","level":"info","message":"two","fields":{"n":1},"timestamp":"1970-01-01T00:00:00.000Z"}

            """,
            _workspace.Read("logs/builder/run.ndjson"),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Takes_secrets_out_of_texts_names_and_values()
    {
        Write(Message("the key is hunter2", """{"api_key":"abc","nested":[{"note":"hunter2 again","hunter2":1}]}"""));

        Assert.Equal(
            """{"kind":"log","level":"info","message":"the key is ***","fields":{"api_key":"***","nested":[{"note":"*** again","***":1}]},"timestamp":"1970-01-01T00:00:00.000Z"}""",
            _workspace.Read("logs/builder/run.ndjson").TrimEnd('\n'));
    }

    [Fact]
    public void Is_for_its_owner_alone()
    {
        Write(Message("one", null));

        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(ReadWrite, File.GetUnixFileMode(_workspace.At("logs/builder/run.ndjson")));
            Assert.Equal(ReadWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_workspace.At("logs/builder")));
        }
    }

    [Fact]
    public void Does_not_fill_the_disk()
    {
        var text = new string('x', 200_000);
        using (var log = Open())
        {
            for (var written = 0L; written < MaxBytes + 1_000_000; written += text.Length)
            {
                log.Write(Message(text, null));
            }
        }

        var file = new FileInfo(_workspace.At("logs/builder/run.ndjson"));
        Assert.InRange(file.Length, MaxBytes, MaxBytes + 201_000);
        Assert.Contains("The log reached its limit", File.ReadLines(file.FullName).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_why_it_cannot_be_written()
    {
        _workspace.Write("logs", "a file where the folder should be");

        var exception = Assert.Throws<LorchException>(Open);

        Assert.Equal(DiagnosticCode.StorageFailed, exception.Diagnostic.Code);
    }

    [Fact]
    public void Stays_full_for_the_next_process_of_the_agent()
    {
        for (var i = 0; i < 30; i++)
        {
            Write(Message(new string('x', 200_000), null));
        }

        Assert.InRange(new FileInfo(_workspace.At("logs/builder/run.ndjson")).Length, MaxBytes, MaxBytes + 201_000);
        Assert.Single(
            File.ReadLines(_workspace.At("logs/builder/run.ndjson")),
            line => line.Contains("The log reached its limit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Does_not_wait_for_the_other_end_of_a_FIFO()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "FIFOs are looked for on Linux only.");
        _workspace.Write("logs/builder/other.ndjson", "");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [_workspace.At("logs/builder/run.ndjson")]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var exception = Assert.Throws<LorchException>(Open);

        Assert.Equal(DiagnosticCode.StorageFailed, exception.Diagnostic.Code);
    }

    private AgentLog Open() =>
        AgentLog.Open(_workspace.At("logs/builder/run.ndjson"), text => text.Replace("hunter2", "***", StringComparison.Ordinal), MaxBytes);

    private void Write(LogMessage message)
    {
        using var log = Open();
        log.Write(message);
    }

    private static LogMessage Message(string text, string? fields) => new()
    {
        Level = LogLevel.Info,
        Text = text,
        Fields = fields is null ? null : JsonElement.Parse(fields),
        Timestamp = DateTimeOffset.UnixEpoch,
    };
}
