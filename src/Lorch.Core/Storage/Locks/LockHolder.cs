using System.Globalization;
using System.Text.Json;

namespace Lorch.Core.Storage.Locks;

/// <summary>Who holds a workspace's lock: for people to read, and for other parts of the same build to know each other by.</summary>
internal sealed record LockHolder
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Gets the run, once it has an id.</summary>
    public RunId? RunId { get; init; }

    /// <summary>Gets the process; 0 if it has not said so yet.</summary>
    public required int Pid { get; init; }

    /// <summary>Gets when it took the lock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets where the process has its id, as <see cref="ProcessPlace.Current"/> names it; null if it doesn't say.</summary>
    public string? Place { get; init; }

    /// <summary>Gets what names the process and no other one; null if it doesn't say.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// Gets a value indicating whether the process works for a build that another one leads: as a node (1) or as a task host (2) of
    /// MSBuild.
    /// </summary>
    public bool IsNode { get; init; }

    /// <summary>Gets a value indicating whether it is this process.</summary>
    public bool IsThisProcess => Token == ProcessPlace.Token;

    /// <summary>Gets a value indicating whether its process id means the same process here as there.</summary>
    public bool SharesProcessIds => Place is not null && Place == ProcessPlace.Current;

    /// <summary>Describes this process.</summary>
    /// <param name="startedAt">When it begins to wait for the lock.</param>
    /// <returns>The holder, without a run.</returns>
    public static LockHolder ThisProcess(DateTimeOffset startedAt) =>
        new()
        {
            Pid = Environment.ProcessId,
            StartedAt = startedAt,
            Place = ProcessPlace.Current,
            Token = ProcessPlace.Token,
            IsNode = ProcessPlace.IsNode
        };

    /// <summary>Writes <c>{run_id,pid,started_at,place,token}</c> and a line feed.</summary>
    internal byte[] ToJsonLine()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            if (RunId is { } run)
            {
                writer.WriteString("run_id", run.ToString());
            }

            writer.WriteNumber("pid", Pid);
            writer.WriteString("started_at", StartedAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
            if (Place is not null)
            {
                writer.WriteString("place", Place);
            }

            if (Token is not null)
            {
                writer.WriteString("token", Token);
            }

            if (IsNode)
            {
                writer.WriteBoolean("node", true);
            }

            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Reads the first line; null if it isn't what <see cref="ToJsonLine"/> writes.</summary>
    internal static LockHolder? FromJsonLine(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }

        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(text[..end], JsonSerializerOptions.Strict);
            return new LockHolder
            {
                RunId = json.TryGetProperty("run_id", out var run) ? Core.RunId.Parse(run.GetString()!) : null,
                Pid = json.GetProperty("pid").GetInt32(),
                StartedAt = json.GetProperty("started_at").GetDateTimeOffset(),
                Place = json.TryGetProperty("place", out var place) ? place.GetString() : null,
                Token = json.TryGetProperty("token", out var token) ? token.GetString() : null,
                IsNode = json.TryGetProperty("node", out var node) && node.GetBoolean(),
            };
        }
        catch (Exception exception) when (exception is JsonException
            or FormatException
            or KeyNotFoundException
            or InvalidOperationException)
        {
            // The text is for people: whether the lock is held is for the system to say.
            return null;
        }
    }
}
