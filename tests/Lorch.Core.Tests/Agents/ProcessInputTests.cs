using Lorch.Core.Agents.Processes;
using Lorch.Testing;

namespace Lorch.Core.Tests.Agents;

[DiffersOnWindows]
public sealed class ProcessInputTests
{
    private readonly TaskCompletionSource _processEnded = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_given_up_though_the_system_goes_on_writing()
    {
        using var givenUp = new CancellationTokenSource();
        await using var input = new ProcessInput(new PipeThatNobodyReads(), _processEnded.Task);
        var write = input.WriteAsync(new byte[1], givenUp.Token).AsTask();

        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Fact]
    public async Task Breaks_when_the_process_ended()
    {
        await using var input = new ProcessInput(new PipeThatNobodyReads(), _processEnded.Task);
        var write = input.WriteAsync(new byte[1], Token).AsTask();

        _processEnded.SetResult();

        await Assert.ThrowsAsync<IOException>(() => write.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    /// <summary>A synchronous pipe, as those of a child process on Windows are: a write to it can't be given up.</summary>
    private sealed class PipeThatNobodyReads : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(new TaskCompletionSource().Task);
    }
}
