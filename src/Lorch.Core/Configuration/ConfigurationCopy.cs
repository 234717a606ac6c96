using System.Buffers;
using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Core.Tools;

namespace Lorch.Core.Configuration;

/// <summary>
/// lorch.json and the repository's own prompts as a build read them. The package's agents get it: what a run began with counts until it
/// ends, whatever becomes of the files.
/// </summary>
/// <param name="Text">The bytes of lorch.json.</param>
/// <param name="Prompts">The prompts.</param>
internal sealed record ConfigurationCopy(ReadOnlyMemory<byte> Text, RepositoryPrompts Prompts)
{
    private const int Format = 1;
    private const string FormatMember = "format";
    private const string TextMember = "configuration";
    private const string PromptsMember = "prompts";

    public static ConfigurationCopy Of(LorchConfiguration configuration) => new(configuration.Text, configuration.Prompts);

    /// <summary>Reads a copy. Its name is its digest, so nobody can have changed it.</summary>
    /// <param name="path">The absolute path.</param>
    /// <exception cref="LorchException">The file isn't there, or isn't what its name says.</exception>
    public static ConfigurationCopy Read(string path)
    {
        try
        {
            var bytes = NoFifo.ReadAllBytes(path);
            return Sha256Digest.Of(bytes).Hex == Path.GetFileNameWithoutExtension(path)
                ? Parse(bytes)
                : throw Unusable(path, "its content isn't what its name says");
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw Unusable(path, exception.Message, exception);
        }
    }

    /// <summary>Makes the file's name and content.</summary>
    public (string Hex, byte[] Content) ToFile()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber(FormatMember, Format);
            json.WriteBase64String(TextMember, Text.Span);
            json.WriteStartObject(PromptsMember);
            foreach (var (action, prompt) in Prompts.Own.OrderBy(prompt => prompt.Key))
            {
                json.WriteBase64String(action.WireName, prompt);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        var content = buffer.WrittenSpan.ToArray();
        return (Sha256Digest.Of(content).Hex, content);
    }

    private static ConfigurationCopy Parse(byte[] bytes)
    {
        using var json = JsonDocument.Parse(bytes);
        var prompts = json.RootElement.GetProperty(PromptsMember).EnumerateObject().ToDictionary(
            prompt => AgentActionNames.All.TryParse(prompt.Name, out var action)
                ? action
                : throw new InvalidDataException($"'{prompt.Name}' is no action"),
            prompt => prompt.Value.GetBytesFromBase64());
        return new ConfigurationCopy(json.RootElement.GetProperty(TextMember).GetBytesFromBase64(), new RepositoryPrompts(prompts));
    }

    private static LorchException Unusable(string path, string problem, Exception? cause = null) => new(
        new Diagnostic
        {
            Code = DiagnosticCode.FileUnreadable,
            Message = $"The agents' copy of lorch.json can't be used: {problem}. The build creates it again when it next starts the agent.",
            File = path,
        },
        cause);
}
