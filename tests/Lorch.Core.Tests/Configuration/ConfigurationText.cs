using System.Text;
using Lorch.Core.Configuration;

namespace Lorch.Core.Tests.Configuration;

/// <summary>Texts of lorch.json, and what reading them says.</summary>
internal static class ConfigurationText
{
    public const string File = "/workspace/lorch.json";

    /// <summary>Three agents, one line, without the comma behind it.</summary>
    public const string Agents =
        """  "agents": {"builder": {"cmd": ["b"]}, "reviewer": {"cmd": ["r"]}, "spec_maintainer": {"cmd": ["s"]}}""";

    /// <summary>A configuration whose member <c>tasks</c> starts in line 5, the first task's text with it.</summary>
    public static string WithTasks(params string[] tasks) =>
        "{\n  \"version\": \"1.0\",\n" + Agents + ",\n  \"tasks\": [\n" + string.Join(",\n", tasks) + "\n  ]\n}\n";

    /// <summary>A configuration with one more member, in line 3.</summary>
    public static string WithMember(string member) => "{\n  \"version\": \"1.0\",\n  " + member + "\n}\n";

    public static LorchConfiguration Read(string text) => ConfigurationFile.Parse(File, Encoding.UTF8.GetBytes(text));

    public static Diagnostic Refused(string text) => Assert.Throws<LorchException>(() => Read(text)).Diagnostic;
}
