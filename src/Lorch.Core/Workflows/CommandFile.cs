using Lorch.Core.Hashing;

namespace Lorch.Core.Workflows;

/// <summary>What is too long for a command and lies in a file that the command names. To be written before the command is sent.</summary>
/// <param name="What">What it holds: the first word of its name.</param>
/// <param name="Extension">The extension of its name.</param>
/// <param name="Content">Its content.</param>
internal sealed record CommandFile(string What, string Extension, ReadOnlyMemory<byte> Content)
{
    public Sha256Digest Sha256 { get; } = Sha256Digest.Of(Content.Span);

    /// <summary>The file's name: equal content has an equal name.</summary>
    public string Name => $"{What}-{Sha256.Hex[..12]}.{Extension}";

    /// <summary>Where the command says that it lies: below the state root.</summary>
    public string Path => $"snapshots/{Name}";
}
