using Lorch.Core.Agents.Processes;

namespace Lorch.Core.Agents;

/// <summary>What an agent writes, made to end when more came than is allowed.</summary>
/// <param name="pipe">What the process writes to; stays the caller's.</param>
/// <param name="allowance">What may be read.</param>
internal sealed class AgentOutput(Stream pipe, OutputAllowance allowance) : ForwardStream
{
    /// <summary>Gets why the stream ended before its time; null if it didn't.</summary>
    public string? Flood => allowance.Excess;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Flood is not null)
        {
            return 0;
        }

        var count = await pipe.ReadAsync(buffer, cancellationToken);
        allowance.Take(count);
        return allowance.Excess is null ? count : 0;
    }

    /// <summary>Throws away what comes until the end.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>A task that completes at the end.</returns>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await pipe.ReadAsync(buffer, cancellationToken) > 0)
        {
            // Thrown away.
        }
    }
}
