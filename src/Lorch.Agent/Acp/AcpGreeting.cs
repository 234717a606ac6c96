using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Acp;

/// <summary>What a tool says of itself when it is greeted.</summary>
internal sealed record AcpGreeting
{
    private const int MaxShown = 80;

    /// <summary>Gets its name and version, as far as it says.</summary>
    public string Name { get; private init; } = "the tool";

    /// <summary>Gets which program it is; null if it doesn't say its version.</summary>
    public ProgramUsed? Program { get; private init; }

    /// <summary>Gets a value indicating whether it can go on with a session of an earlier process.</summary>
    public bool LoadsSessions { get; private init; }

    /// <summary>Gets the ways to sign in.</summary>
    public IReadOnlyList<string> SignInMethods { get; private init; } = [];

    /// <summary>Gets those of them that need nobody: they take a key from the environment.</summary>
    public IReadOnlyList<string> UnattendedMethods { get; private init; } = [];

    /// <summary>Reads the result of <c>initialize</c>.</summary>
    public static AcpGreeting Read(JsonElement answer)
    {
        var methods = answer.Items("authMethods").Where(method => method.FindText("id") is not null).ToList();
        var info = answer.Find("agentInfo");
        return new AcpGreeting
        {
            Name = ToolText.Plain($"{info?.FindText("title") ?? info?.FindText("name") ?? "the tool"} {info?.FindText("version")}").Trim(),
            Program = info?.FindText("version") is { Length: > 0 } version
                ? new ProgramUsed
                {
                    Name = Short(info?.FindText("title") ?? info?.FindText("name") ?? "the tool"),
                    Version = Short(version)
                }
                : null,
            LoadsSessions = answer.Find("agentCapabilities")?.Find("loadSession")?.ValueKind is JsonValueKind.True,
            SignInMethods = [.. methods.Select(method => method.FindText("id")!)],
            UnattendedMethods = [.. methods.Where(TakesKey).Select(method => method.FindText("id")!)],
        };
    }

    private static string Short(string text) => ToolText.Beginning(ToolText.Plain(text), MaxShown);

    private static bool TakesKey(JsonElement method) =>
        method.FindText("type") == "env_var"
        || method.Find("_meta")?.Find("api-key") is not null
        || method.FindText("id")!.Contains("api-key", StringComparison.OrdinalIgnoreCase);
}
