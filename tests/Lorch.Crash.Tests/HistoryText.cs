using System.Globalization;
using System.Text.RegularExpressions;
using Lorch.Core.Protocol;

namespace Lorch.Crash.Tests;

/// <summary>Writes a ledger with ids and times that look fixed: numbered in their order, a second from one time to the next.</summary>
internal static partial class HistoryText
{
    public static string Write(IEnumerable<Message> ledger)
    {
        var text = string.Concat(ledger.Select(message => System.Text.Encoding.UTF8.GetString(MessageJson.GetLine(message))));
        text = Number(text, Times(), number => Rfc3339(number));
        text = Number(text, Runs(), number => $"run-20260131-09{number:00}00-0a1b2c3d");
        return Number(
            text,
            Messages(),
            number => string.Create(CultureInfo.InvariantCulture, $"0198c0de-0000-7000-8000-{number:000000000000}"));
    }

    private static string Rfc3339(int number) =>
        Core.Rfc3339.Format(new DateTimeOffset(2026, 1, 31, 9, 5, 0, TimeSpan.Zero).AddSeconds(number));

    private static string Number(string text, Regex pattern, Func<int, string> write)
    {
        var inOrder = pattern.Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal).ToList();
        return pattern.Replace(text, match => write(inOrder.IndexOf(match.Value) + 1));
    }

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")]
    private static partial Regex Times();

    [GeneratedRegex("run-[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")]
    private static partial Regex Runs();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Messages();
}
