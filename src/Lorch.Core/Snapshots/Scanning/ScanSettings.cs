namespace Lorch.Core.Snapshots.Scanning;

/// <summary>How a workspace is looked at; nothing of it changes what is found.</summary>
internal sealed record ScanSettings
{
    /// <summary>Gets how many threads work at once.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Gets whether what the framework offers everywhere is used where there is better.</summary>
    public bool IsPortable { get; init; }

    /// <summary>Gets whether nothing will be read: all that the system tells of files is asked for, and links may lead anywhere.</summary>
    public bool IsOnlyLook { get; init; }

    /// <summary>Gets what happens between the reading of a file and the second look at it.</summary>
    public Action? BetweenLooks { get; init; }

    /// <summary>Gets whether stamps tell enough to know a file again.</summary>
    public bool CanRemember => !IsPortable && LinuxCalls.IsSupported;

    /// <summary>Makes what one thread looks and reads with.</summary>
    public TreeReader CreateReader(string root) => CanRemember
        ? new LinuxReader(root) { BetweenLooks = BetweenLooks, IsOnlyLook = IsOnlyLook }
        : new PortableReader(root) { BetweenLooks = BetweenLooks, IsOnlyLook = IsOnlyLook };
}
