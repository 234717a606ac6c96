using System.Text.Json;

namespace Lorch.Core.Configuration;

/// <summary>Checks the member <c>verify</c> of a task: the commands that tell whether what was built is right.</summary>
internal static class VerifyReader
{
    private const double MaxSeconds = 86_400;

    public static JsonElement? Read(ValueReader values, ObjectReader task)
    {
        if (task.Find("verify") is not { } value)
        {
            return null;
        }

        var items = values.Items(
            value,
            "a list of commands like [\"dotnet\", \"test\"], or of objects like {\"cmd\": [\"dotnet\", \"test\"]}");
        foreach (var members in items.Select(item => ObjectReader.Open(values, item, KnownMembers.Verify)))
        {
            values.Command(
                members.Require("cmd", "Add the command, like \"cmd\": [\"dotnet\", \"test\"]."),
                "a list of texts: a program and its arguments",
                "the program");
            members.Number("timeout_s", 600, 0.05, MaxSeconds);
        }

        return ValueReader.Element(value);
    }
}
