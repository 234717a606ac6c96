namespace Lorch.Core.Protocol;

/// <summary>One line of a stream of JSON lines, or the beginning of one that is too long.</summary>
internal sealed class NdjsonLine
{
    /// <summary>
    /// Gets the line without its line break; of a line that is too long, the first 4,096 bytes. Valid until the next line is read.
    /// </summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Gets the size of the whole line in bytes, without its line break.</summary>
    public required long Size { get; init; }

    /// <summary>Gets where the line begins, in bytes from where the reader began.</summary>
    public required long Offset { get; init; }

    /// <summary>Gets a value indicating whether the line is longer than the reader allows, so that its rest was skipped.</summary>
    public required bool IsTooLong { get; init; }

    /// <summary>Gets a value indicating whether a line feed ended the line; if not, the stream ended there.</summary>
    public required bool EndsWithLineFeed { get; init; }
}
