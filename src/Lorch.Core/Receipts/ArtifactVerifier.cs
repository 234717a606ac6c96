using System.Globalization;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Receipts;

/// <summary>Compares what was said about files with what the disk holds. Each file is read once, in a stream, over no link.</summary>
/// <param name="places">The workspace.</param>
/// <param name="maxBytes">The most bytes that an artifact may have.</param>
internal sealed class ArtifactVerifier(OwnPlaces places, long maxBytes)
{
    private readonly WorkspaceRoot _root = new(places.Root);

    /// <summary>Whether a file with a second name, a hard link, is refused.</summary>
    private bool RefusesSecondNames { get; init; }

    /// <summary>
    /// Gets a verifier for what an agent claims just now. Later, a backup may have given a file a second name; an agent has no reason to.
    /// </summary>
    /// <returns>A verifier that refuses files with more than one name.</returns>
    public ArtifactVerifier ForClaims() => new(places, maxBytes) { RefusesSecondNames = true };

    /// <summary>Compares one artifact.</summary>
    /// <param name="artifact">What was said.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What is wrong; <see langword="null"/> if the disk holds exactly this.</returns>
    public async Task<ArtifactProblem?> VerifyAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        var (path, expected) = (artifact.Path, artifact);
        switch (Open(path))
        {
            case FileOpening.Opened opened:
                await using (opened.Stream)
                {
                    return FindSizeProblem(path, opened.Size, expected.Size)
                        ?? await ReadAsync(path, opened, cancellationToken) switch
                        {
                            Measurement.Refused refused => refused.Problem,
                            Measurement.Measured measured when measured.Artifact.Sha256 != expected.Sha256 => new ArtifactProblem
                            {
                                Path = path,
                                Reason = "has another content",
                                Expected = expected.Sha256.ToString(),
                                Found = measured.Artifact.Sha256.ToString(),
                            },
                            _ => null,
                        };
                }

            case FileOpening.NotAllowed notAllowed:
                return new ArtifactProblem { Path = path, Reason = notAllowed.Reason };
            default:
                return new ArtifactProblem { Path = path, Reason = "isn't there" };
        }
    }

    /// <summary>Compares a removal.</summary>
    /// <param name="path">What was said to be removed.</param>
    /// <returns>What is wrong; <see langword="null"/> if nothing has that name.</returns>
    public ArtifactProblem? VerifyRemoved(RelativePath path) => places.FindOwner(path) is { } reason
        ? new ArtifactProblem { Path = path, Reason = reason }
        : _root.Exists(path)
            ? new ArtifactProblem { Path = path, Reason = "still exists, but the agent reported it as removed" }
            : null;

    /// <summary>Describes a file that nobody described.</summary>
    /// <param name="path">Where it is expected.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The artifact, its absence, or what is wrong with it.</returns>
    public async Task<Measurement> MeasureAsync(RelativePath path, CancellationToken cancellationToken)
    {
        switch (Open(path))
        {
            case FileOpening.Opened opened:
                await using (opened.Stream)
                {
                    return FindSizeProblem(path, opened.Size, opened.Size) is { } problem
                        ? new Measurement.Refused(problem)
                        : await ReadAsync(path, opened, cancellationToken);
                }

            case FileOpening.NotAllowed notAllowed:
                return new Measurement.Refused(new ArtifactProblem { Path = path, Reason = notAllowed.Reason });
            default:
                return new Measurement.Absent();
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static async Task<Measurement> ReadAsync(RelativePath path, FileOpening.Opened opened, CancellationToken cancellationToken)
    {
        try
        {
            var before = FileStamp.Of(opened.Stream.SafeFileHandle)?.WrittenAt;
            var digest = await Sha256Digest.OfAsync(opened.Stream, cancellationToken);
            var (read, size) = (opened.Stream.Position, opened.Stream.Length);
            return read == opened.Size && size == opened.Size && before == FileStamp.Of(opened.Stream.SafeFileHandle)?.WrittenAt
                ? new Measurement.Measured(new Artifact { Path = path, Sha256 = digest, Size = read })
                : new Measurement.Refused(new ArtifactProblem { Path = path, Reason = "changed while Lorch read it" });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Measurement.Refused(new ArtifactProblem { Path = path, Reason = $"can't be read: {exception.Message}" });
        }
    }

    private FileOpening Open(RelativePath path)
    {
        if (places.FindOwner(path) is { } reason)
        {
            return new FileOpening.NotAllowed(reason);
        }

        var opening = _root.Open(path);
        if (RefusesSecondNames && opening is FileOpening.Opened { Names: > 1 } opened)
        {
            opened.Stream.Dispose();
            return new FileOpening.NotAllowed($"has {opened.Names} names (hard links), of which others may lie elsewhere: write a copy");
        }

        return opening;
    }

    private ArtifactProblem? FindSizeProblem(RelativePath path, long found, long expected)
    {
        if (found > maxBytes)
        {
            return new ArtifactProblem
            {
                Path = path,
                Reason = "is larger than policy.artifact_max_bytes allows",
                Expected = $"at most {Text(maxBytes)} bytes",
                Found = $"{Text(found)} bytes",
            };
        }

        return found == expected
            ? null
            : new ArtifactProblem
            {
                Path = path,
                Reason = "has another size",
                Expected = $"{Text(expected)} bytes",
                Found = $"{Text(found)} bytes"
            };
    }
}
