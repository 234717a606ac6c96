using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Lorch.Core.Json;

/// <summary>What JSON itself asks of a text, whatever it means: encoding, grammar, depth, names that aren't repeated.</summary>
/// <remarks>
/// <see cref="TryCheck"/> is for every line: it allocates nothing, and finds what deserializing would let pass.
/// <see cref="FindFault"/> is for lines that are already refused: it finds the place and the words.
/// </remarks>
internal static class JsonScan
{
    public const int MaxDepth = 64;

    /// <summary>A shorter number without exponent always fits a double.</summary>
    private const int LongNumber = 300;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Checks a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="holdsNull">Whether a null stands anywhere in it.</param>
    /// <returns>Whether it is sound, apart from repeated names.</returns>
    public static bool TryCheck(ReadOnlySpan<byte> text, out bool holdsNull)
    {
        holdsNull = false;
        if (!Utf8.IsValid(text))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                holdsNull |= reader.TokenType == JsonTokenType.Null;
                if (FindTokenFault(ref reader) is not null)
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            // FindFault reads the text again and says what it was.
            return false;
        }
    }

    /// <summary>Finds the first fault of a text.</summary>
    public static JsonFault? FindFault(ReadOnlySpan<byte> text)
    {
        if (FindEncodingFault(text) is { } fault)
        {
            return fault;
        }

        var trail = new Trail();
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                if (trail.Follow(ref reader) is { } reason)
                {
                    return JsonFault.Create(reason, trail.Path);
                }
            }

            return null;
        }
        catch (JsonException exception)
        {
            return JsonFault.Create($"not valid JSON{At(exception.BytePositionInLine)}: {WithoutPosition(exception.Message)}", trail.Path);
        }
    }

    private static JsonFault? FindEncodingFault(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(ByteOrderMark))
        {
            return JsonFault.Create("it begins with a byte order mark: expected UTF-8 without one", null);
        }

        if (Utf8Check.FindInvalid(text) is var invalid and >= 0)
        {
            return JsonFault.Create($"not valid UTF-8{At(invalid)}", null);
        }

        return text.IndexOf((byte)0) is var nul and >= 0 ? JsonFault.Create($"a NUL byte{At(nul)}", null) : null;
    }

    private static string At(long? position) =>
        position is { } at ? string.Create(CultureInfo.InvariantCulture, $" at byte {at}") : "";

    /// <summary>
    /// The framework's messages end in <c> LineNumber: 0 | BytePositionInLine: 5.</c>, and may advise a change of the reader.
    /// </summary>
    private static string WithoutPosition(string message)
    {
        var end = message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        var text = end < 0 ? message : message[..end];
        var advice = text.IndexOf(" Change the reader options", StringComparison.Ordinal);
        return (advice < 0 ? text : text[..advice]).TrimEnd('.');
    }

    private static string? FindTokenFault(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.PropertyName or JsonTokenType.String when reader.ValueIsEscaped && LoneSurrogates.Find(reader.ValueSpan, 0) >= 0 =>
            "a lone surrogate (\\ud800 to \\udfff) in a text: expected pairs",
        JsonTokenType.Number when MayBeTooLarge(reader.ValueSpan) && !(reader.TryGetDouble(out var value) && double.IsFinite(value)) =>
            "a number too large for a double",
        _ => null,
    };

    private static bool MayBeTooLarge(ReadOnlySpan<byte> number) => number.Length > LongNumber || number.ContainsAny((byte)'e', (byte)'E');

    /// <summary>Follows the tokens of a text: where they stand, and which names were there before.</summary>
    private sealed class Trail
    {
        private readonly Stack<Level> _levels = new();

        /// <summary>Gets the path to the last token. It is put together only when asked for: names may be long and values many.</summary>
        public string Path => _levels.Reverse().Aggregate(JsonPathTrail.Root, (path, level) => level switch
        {
            { Name: { } name } => JsonPathTrail.Member(path, name),
            { Index: >= 0 and var index } => JsonPathTrail.Item(path, index),
            _ => path,
        });

        /// <summary>Takes the token that was read.</summary>
        /// <returns>What is wrong with it, if anything.</returns>
        public string? Follow(ref Utf8JsonReader reader)
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                _levels.Pop();
                return null;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                return FollowName(ref reader, _levels.Peek());
            }

            if (_levels.TryPeek(out var level) && level.Names is null)
            {
                level.Index++;
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                var isTooDeep = _levels.Count == MaxDepth;
                _levels.Push(new Level(reader.TokenType == JsonTokenType.StartObject ? [] : null));
                return isTooDeep ? $"nested deeper than {MaxDepth} levels" : null;
            }

            return FindTokenFault(ref reader);
        }

        private static string? FollowName(ref Utf8JsonReader reader, Level level)
        {
            level.Name = null;
            if (FindTokenFault(ref reader) is { } fault)
            {
                return fault;
            }

            level.Name = reader.GetString()!;
            return level.Names!.Add(level.Name) ? null : $"the member '{level.Name}' stands there twice";
        }
    }

    private sealed class Level(HashSet<string>? names)
    {
        /// <summary>Gets the names so far; null in an array.</summary>
        public HashSet<string>? Names => names;

        public string? Name { get; set; }

        public int Index { get; set; } = -1;
    }
}
