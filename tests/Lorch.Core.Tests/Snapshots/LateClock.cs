namespace Lorch.Core.Tests.Snapshots;

/// <summary>
/// A capture seems to begin long after the files were written, as it does where people work; writing happens in real time.
/// </summary>
internal sealed class LateClock : TimeProvider
{
    public TimeSpan Lead { get; set; } = TimeSpan.FromMinutes(1);

    public TimeSpan LeadWhenWriting { get; set; }

    public bool IsWriting { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + (IsWriting ? LeadWhenWriting : Lead);
}
