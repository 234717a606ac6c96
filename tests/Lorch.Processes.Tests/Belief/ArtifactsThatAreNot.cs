using System.Diagnostics;
using System.Text;
using Lorch.Core.Hashing;

namespace Lorch.Processes.Tests.Belief;

/// <summary>Files that aren't what an agent says about them, with real files.</summary>
public sealed class ArtifactsThatAreNot : IDisposable
{
    private const int MaxBytes = 1000;

    private readonly ClaimsOfAnAgent _agent = new() { Policy = $"\"artifact_max_bytes\":{MaxBytes}," };

    public void Dispose() => _agent.Dispose();

    [Fact]
    public async Task What_the_agent_says_are_refused_without_waiting_for_anything()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links, FIFOs and devices as Unix has them.");
        var (right, wrong) = (Digest("content"), Digest("CONTENT"));
        var real = _agent.Workspace.Write("src/a.txt", "content");
        _agent.Workspace.Write("src/grown.txt", "content and more");
        _agent.Workspace.Write("src/shrunk.txt", "con");
        _agent.Artifact("src/missing.txt", "isn't there", right, 7);
        _agent.Artifact("src/a.txt", "has another content", wrong, 7);
        _agent.Artifact("src/a.txt", "has another size", right, 8);
        _agent.Artifact("src/grown.txt", "has another size", right, 7);
        _agent.Artifact("src/shrunk.txt", "has another size", right, 7);
        _agent.Artifact("src", "is a directory", right, 7);
        _agent.Artifact("src/a.txt/b", "isn't there", right, 7);
        _agent.Twice("src/a.txt", right, wrong, 7, "has another content");
        _agent.Artifact("large.bin", "artifact_max_bytes", _agent.Workspace.Write("large.bin", new string('x', MaxBytes + 1)));
        Make("mkfifo", _agent.Workspace.At("pipe"));
        _agent.Artifact("pipe", "is a FIFO", right, 7);
        if (Environment.IsPrivilegedProcess)
        {
            Make("mknod", _agent.Workspace.At("zero"), "c", "1", "5");
            _agent.Artifact("zero", "is a device", right, 7);
        }

        var problems = await _agent.RunAsync();

        Assert.Empty(problems);
        Assert.True(File.Exists(real));
    }

    private static Sha256Digest Digest(string content) => Sha256Digest.Of(Encoding.ASCII.GetBytes(content));

    private static void Make(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
