using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Agent.Talking;
using Lorch.Core;
using Lorch.Core.Configuration;
using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Mock;

/// <summary>Reads the script of a mock, strictly.</summary>
internal static class MockScriptFile
{
    /// <summary>Reads a script from a file.</summary>
    /// <param name="path">The file's absolute path.</param>
    /// <returns>The script.</returns>
    /// <exception cref="UsageException">The file isn't there or isn't a script.</exception>
    public static MockScript Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the script can't be read: {exception.Message}");
        }
        catch (Exception exception) when (exception is JsonException or UsageException)
        {
            throw new UsageException($"the script '{path}' is wrong {exception.Message}");
        }
    }

    /// <summary>Reads a script.</summary>
    /// <param name="json">The script.</param>
    /// <returns>The script.</returns>
    /// <exception cref="JsonException">It isn't JSON.</exception>
    /// <exception cref="UsageException">It isn't a script.</exception>
    public static MockScript Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        if (LoneSurrogates.Find(json.Span, 0) >= 0)
        {
            throw ScriptObject.Wrong(
                "$",
                "a text holds a lone surrogate (\\ud800 to \\udfff): give pairs, or write it as 'raw' without escapes");
        }

        var script = new ScriptObject(document.RootElement, "$");
        var responses = script.Object("responses") ?? throw ScriptObject.Wrong("$", "the member 'responses' is missing");
        script.End();
        return new MockScript(responses.EnumerateObject().ToDictionary(
            member => Known(AgentActionNames.All, member.Name, "$.responses", "action"),
            member => ReadIterations(member.Value, $"$.responses.{member.Name}")));
    }

    private static IReadOnlyList<IReadOnlyList<MockResponse>> ReadIterations(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Array ? NotEmpty(value, path, ReadAttempts) : [[ReadResponse(value, path)]];

    private static IReadOnlyList<MockResponse> ReadAttempts(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Array ? NotEmpty(value, path, ReadResponse) : [ReadResponse(value, path)];

    private static IReadOnlyList<T> NotEmpty<T>(JsonElement list, string path, Func<JsonElement, string, T> read) =>
        list.GetArrayLength() > 0 ? ScriptObject.Items(list, path, read) : throw ScriptObject.Wrong(path, "the list is empty");

    private static MockResponse ReadResponse(JsonElement value, string path)
    {
        var response = new ScriptObject(value, path);
        var result = new MockResponse
        {
            Delay = TimeSpan.FromMilliseconds(response.Number("delay_ms", 86_400_000) ?? 0),
            Raw = response.Text("raw"),
            Events = response.List("events", ReadEvent) ?? [],
            Ending = ReadEnding(response, path),
        };
        response.End();
        return result;
    }

    private static MockEnding ReadEnding(ScriptObject response, string path)
    {
        var endings = new MockEnding?[]
        {
            response.Any("error") is { } error ? new MockEnding.Fails(ReadError(error, response.PathOf("error"))) : null,
            response.Number("exit_code", 255) is { } code ? new MockEnding.Exits((int)code) : null,
            response.Flag("hang") ? new MockEnding.Hangs() : null,
        };
        return endings.OfType<MockEnding>().ToList() switch
        {
            [] => new MockEnding.GoesOn(),
            [var ending] => ending,
            _ => throw ScriptObject.Wrong(path, "only one of error, exit_code and hang can be there"),
        };
    }

    private static JsonElement ReadError(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Object => value.Clone(),
        JsonValueKind.String => JsonElement.Parse(
            new JsonObject { ["code"] = "mock_error", ["message"] = value.GetString() }.ToJsonString()),
        _ => throw ScriptObject.Wrong(path, $"{value.GetRawText()} is neither a message nor a payload {{code, message, retriable}}"),
    };

    private static MockEvent ReadEvent(JsonElement value, string path)
    {
        var spoken = new ScriptObject(value, path);
        var result = new MockEvent
        {
            Name = Known(
                EventNames.All,
                spoken.Text("type") ?? throw ScriptObject.Wrong(path, "the member 'type' is missing"),
                spoken.PathOf("type"),
                "event"),
            Status = spoken.Text("status"),
            Payload = spoken.Object("payload")?.Clone(),
            Artifacts = spoken.List("artifacts", ReadArtifact),
            Removed = spoken.List("removed", (item, place) =>
                ScriptObject.Parse<RelativePath>(item.ValueKind == JsonValueKind.String ? item.GetString() : item.GetRawText(), place)),
        };
        spoken.End();
        return result;
    }

    private static MockArtifact ReadArtifact(JsonElement value, string path)
    {
        var artifact = new ScriptObject(value, path);
        var file = ScriptObject.Parse<RelativePath>(artifact.Text("path"), artifact.PathOf("path"));
        MockArtifact result = (artifact.Text("content"), artifact.Text("sha256"), artifact.Number("size", long.MaxValue)) switch
        {
            ({ } content, null, null) => new MockArtifact.Written(file, content),
            (null, { } digest, { } size) => new MockArtifact.Claimed(new Artifact
            {
                Path = file,
                Sha256 = ScriptObject.Parse<Sha256Digest>(digest, artifact.PathOf("sha256")),
                Size = size,
            }),
            _ => throw ScriptObject.Wrong(path, "expected either content, or sha256 and size"),
        };
        artifact.End();
        return result;
    }

    private static T Known<T>(WireNames<T> names, string name, string path, string what)
        where T : struct, Enum => names.TryParse(name, out var value)
        ? value
        : throw ScriptObject.Wrong(path, $"'{name}' is no {what}.{DidYouMean.Question(name, names.Names)}");
}
