using System.Text.Json;

namespace Lorch.Core.Configuration;

/// <summary>Reads a task from a Markdown file: its id is the file's name, its goal the text, its other members the front matter.</summary>
internal static class TaskFileReader
{
    /// <summary>Reads a task.</summary>
    /// <param name="path">The file's absolute path.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="defaults">The members that hold where the task says nothing.</param>
    /// <returns>The task and where it was written; <see langword="null"/> if the file has no front matter.</returns>
    /// <exception cref="LorchException">The file is no such task.</exception>
    public static WrittenTask? TryRead(string path, byte[] content, IReadOnlyList<LocatedMember> defaults)
    {
        var source = SourceText.Of(path, content);
        if (FrontMatter.Find(source) is not { } front)
        {
            return null;
        }

        if (source.FindInvalidUtf8() is var invalid and >= 0)
        {
            throw source.Refuse(
                DiagnosticCode.TaskFileNotReadable,
                invalid,
                "The file isn't UTF-8: found a byte that can't be read, expected UTF-8 text. Save the file as UTF-8.");
        }

        var values = new ValueReader(source);
        var written = LocatedYaml.Parse(source, front.Start, front.End);
        ObjectReader.Open(values, written, KnownMembers.TaskFile);
        var id = new LocatedValue
        {
            Kind = JsonValueKind.String,
            Path = "the file's name",
            Start = 0,
            End = 0,
            Text = Path.GetFileNameWithoutExtension(path)
        };
        var whole = written with
        {
            Members = [new LocatedMember("id", 0, id), new LocatedMember("goal", front.Body, front.Goal(source)), .. written.Members]
        };
        return TaskReader.Read(values, whole, defaults);
    }
}
