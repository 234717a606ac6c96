using System.Globalization;
using System.Text.Json;

namespace Lorch.Core.Storage;

/// <summary>Who holds a workspace's lock, for people to read.</summary>
public sealed record LockHolder
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Gets the run, once it has an id.</summary>
    public RunId? RunId { get; init; }

    /// <summary>Gets the process; 0 if it has not said so yet.</summary>
    public required int Pid { get; init; }

    /// <summary>Gets when it took the lock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Writes <c>{run_id,pid,started_at}</c> and a line feed.</summary>
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
            };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            // The text is for people: whether the lock is held is for the system to say.
            return null;
        }
    }
}
