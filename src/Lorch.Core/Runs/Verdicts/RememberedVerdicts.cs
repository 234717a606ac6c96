using System.Security.Cryptography;
using Lorch.Core.Hashing;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Verdicts;

/// <summary>Verdicts by which everything was up to date, with all that they were taken from.</summary>
/// <remarks>
/// On disk: <c>LORCHVRD</c>, SHA-256 of all that follows, then the members in their order as <see cref="BinaryWriter"/> writes them. A
/// cache: what is odd about it is no memory. It is read by hand because a build that has nothing else to do would be the first to use a
/// serializer: as JSON with generated code, compiled beforehand, 20 verdicts take 28 ms more of its processor time, and one takes 38.
/// </remarks>
internal sealed record RememberedVerdicts
{
    private const int HeaderSize = 8 + SHA256.HashSizeInBytes;

    /// <summary>The question that was answered.</summary>
    public required string Question { get; init; }

    public required IReadOnlyList<string> Include { get; init; }

    public required IReadOnlyList<string> Exclude { get; init; }

    public required IReadOnlyList<string> TaskInputs { get; init; }

    /// <summary>What lorch.json says of files that git ignores, if anything.</summary>
    public required bool? RespectGitIgnore { get; init; }

    /// <summary>The snapshot of all that is tracked.</summary>
    public required SnapshotId Snapshot { get; init; }

    public required DecidingFiles Files { get; init; }

    /// <summary>What <see cref="DecidingFiles.Look"/> saw.</summary>
    public required byte[] Seen { get; init; }

    public required IReadOnlyList<TaskVerdict> Verdicts { get; init; }

    private static ReadOnlySpan<byte> Magic => "LORCHVRD"u8;

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Magic);
        bytes.Position = HeaderSize;
        writer.Write(Question);
        Write(writer, Include);
        Write(writer, Exclude);
        Write(writer, TaskInputs);
        writer.Write(RespectGitIgnore?.ToString() ?? "");
        writer.Write(Snapshot.ToString());
        Write(writer, Files.Folders);
        Write(writer, Files.Files);
        writer.Write(Seen.Length);
        writer.Write(Seen);
        writer.Write(Verdicts.Count);
        foreach (var verdict in Verdicts)
        {
            Write(writer, verdict);
        }

        writer.Flush();
        var all = bytes.ToArray();
        SHA256.HashData(all.AsSpan(HeaderSize), all.AsSpan(Magic.Length));
        return all;
    }

    /// <summary>Takes bytes for a memory of a question.</summary>
    /// <returns>The memory; <see langword="null"/> if they are none, or one of another question.</returns>
    public static RememberedVerdicts? Parse(byte[] bytes, VerdictQuestion question)
    {
        var isSound = bytes.Length > HeaderSize
            && bytes.AsSpan().StartsWith(Magic)
            && SHA256.HashData(bytes.AsSpan(HeaderSize)).AsSpan().SequenceEqual(bytes.AsSpan(Magic.Length, SHA256.HashSizeInBytes));
        if (!isSound)
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, HeaderSize, bytes.Length - HeaderSize));
        return reader.ReadString() == question.Text ? Read(reader, question) : null;
    }

    private static RememberedVerdicts Read(BinaryReader reader, VerdictQuestion question)
    {
        var layout = question.Layout;
        return new RememberedVerdicts
        {
            Question = question.Text,
            Include = ReadTexts(reader),
            Exclude = ReadTexts(reader),
            TaskInputs = ReadTexts(reader),
            RespectGitIgnore = bool.TryParse(reader.ReadString(), out var respects) ? respects : null,
            Snapshot = SnapshotId.Parse(reader.ReadString()),
            Files = new DecidingFiles(ReadTexts(reader), ReadTexts(reader)),
            Seen = reader.ReadBytes(reader.ReadInt32()),
            Verdicts = ReadVerdicts(reader, layout),
        };
    }

    private static void Write(BinaryWriter writer, TaskVerdict verdict)
    {
        var work = verdict.Completion!;
        writer.Write(verdict.TaskId.ToString());
        writer.Write(verdict.Inputs.ToString());
        writer.Write(verdict.KeyText);
        Write(writer, verdict.Although);
        writer.Write(work.RunId.ToString());
        writer.Write(work.SnapshotId.ToString());
        writer.Write(work.Artifacts.Count);
        foreach (var artifact in work.Artifacts)
        {
            writer.Write(artifact.Path.ToString());
            writer.Write(artifact.Sha256.ToString());
            writer.Write(artifact.Size);
            writer.Write(artifact.Step ?? 0);
        }

        writer.Write(work.Findings.Count);
        foreach (var finding in work.Findings)
        {
            writer.Write(finding.File ?? "");
            writer.Write(finding.Line);
            writer.Write(finding.Severity);
            writer.Write(finding.Message);
        }
    }

    private static TaskVerdict[] ReadVerdicts(BinaryReader reader, WorkspaceLayout layout)
    {
        var verdicts = new TaskVerdict[reader.ReadInt32()];
        for (var i = 0; i < verdicts.Length; i++)
        {
            var task = TaskId.Parse(reader.ReadString());
            verdicts[i] = new TaskVerdict
            {
                TaskId = task,
                IsUpToDate = true,
                Inputs = SnapshotId.Parse(reader.ReadString()),
                KeyText = reader.ReadString(),
                Although = ReadTexts(reader),
                KeyFile = layout.KeyFile(task),
                CompletionFile = layout.Completion(task),
                Reasons = [],
                Completion = new CompletedWork
                {
                    RunId = RunId.Parse(reader.ReadString()),
                    SnapshotId = SnapshotId.Parse(reader.ReadString()),
                    Artifacts = ReadArtifacts(reader),
                    Findings = ReadFindings(reader, task),
                },
            };
        }

        return verdicts;
    }

    private static CompletionArtifact[] ReadArtifacts(BinaryReader reader)
    {
        var artifacts = new CompletionArtifact[reader.ReadInt32()];
        for (var i = 0; i < artifacts.Length; i++)
        {
            artifacts[i] = new CompletionArtifact
            {
                Path = RelativePath.Parse(reader.ReadString()),
                Sha256 = Sha256Digest.Parse(reader.ReadString()),
                Size = reader.ReadInt64(),
                Step = reader.ReadInt32() is var step and > 0 ? step : null,
            };
        }

        return artifacts;
    }

    private static Finding[] ReadFindings(BinaryReader reader, TaskId task)
    {
        var findings = new Finding[reader.ReadInt32()];
        for (var i = 0; i < findings.Length; i++)
        {
            findings[i] = new Finding
            {
                TaskId = task,
                File = reader.ReadString() is { Length: > 0 } file ? file : null,
                Line = reader.ReadInt32(),
                Severity = reader.ReadString(),
                Message = reader.ReadString(),
            };
        }

        return findings;
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<string> texts)
    {
        writer.Write(texts.Count);
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    }

    private static string[] ReadTexts(BinaryReader reader)
    {
        var texts = new string[reader.ReadInt32()];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.ReadString();
        }

        return texts;
    }
}
