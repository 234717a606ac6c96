using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>
/// The codes that a build ends with, each brought about by a real one. Those that other tests show stand in the table of
/// docs/diagnostics.md.
/// </summary>
public sealed class WhatABuildSays(ClonedRepository clone)
{
    private const string Builder =
        "\"builder\": { \"cmd\": [\"lorch-agent\", \"mock\", \"--type\", \"builder\", \"--script\", \"scripts/builder.json\"] }";

    private const string RegeneratingEachOther = """
        { "id": "T-1", "goal": "One", "inputs": ["src/2.*"], "expected_outputs": [{ "path": "src/1.txt" }], "regenerate": true },
        { "id": "T-2", "goal": "Two", "inputs": ["src/1.*"], "expected_outputs": [{ "path": "src/2.txt" }], "regenerate": true }
        """;

    /// <summary>A code, and what to replace in a lorch.json that is right.</summary>
    public static TheoryData<string, string, string> Mistakes { get; } = new()
    {
        { "error LORCH1002", "\"1.0\",", "\"1.0\",," },
        { "error LORCH1003", "{ \"retry\": { \"max_attempts\": 1 } }", "1" },
        { "error LORCH1005", "\"goal\": \"One\", ", "" },
        { "error LORCH1006", "\"max_attempts\": 1", "\"backoff\": { \"jitter\": \"some\" }" },
        { "error LORCH1007", "\"1.0\"", "\"9.0\"" },
        { "error LORCH1009", "\"id\": \"T-1\"", "\"id\": \"../T-1\"" },
        { "error LORCH1010", "\"goal\": \"One\",", "\"goal\": \"One\", \"depends_on\": [\"T-2\"]," },
        { "error LORCH1011", "\"id\": \"T-2\"", "\"id\": \"T-1\"" },
        { "error LORCH1012", LorchProject.TwoTasks, RegeneratingEachOther },
        { "error LORCH1013", "specs/a.md", "../a.md" },
        { "error LORCH1014", "specs/a.md", "bin/a.md" },
        { "warning LORCH1015", "specs/a.md", "specs/none/**" },
        { "error LORCH1016", "\"goal\": \"One\",", "\"goal\": \"One\", \"parameters\": { \"goal\": \"Two\" }," },
        { "error LORCH1017", Builder + ",", "" },
        { "error LORCH1018", LorchProject.TwoTasks, "" },
        { "error LORCH1019", "[\"T-1\"]", "[\"T-9\"]" },
        { "error LORCH1022", Builder, "\"builder\": { \"use\": \"claude\" }" },
        {
            "error LORCH1029",
            "\"reviewer\": { \"cmd\": [\"lorch-agent\", \"mock\", \"--type\", \"reviewer\", \"--script\", \"scripts/reviewer.json\"] },",
            ""
        },
        { "error LORCH1030", "\"goal\": \"One\",", "\"goal\": \"One\", \"agents\": { \"builder\": \"fast\" }," },
        { "lorch.json(5,25): error LORCH3011", Builder, "\"builder\": { \"use\": \"exec:no-such-program\" }" },
    };

    /// <summary>A code, what happens in a workspace whose task is complete, in the shell's language, and what is built then.</summary>
    public static TheoryData<string, string, string> Accidents { get; } = new()
    {
        { "error LORCH1020", ":", "LorchRun -p:LorchLockTimeout=soon" },
        {
            "error LORCH1023",
            "sed -i 's/\"builder\": {.*},/\"builder\": { \"use\": \"exec:cat\" },/' lorch.json; mkdir prompts; echo '{{gaol}}' > "
                + "prompts/implement.md",
            "LorchRun"
        },
        { "error LORCH2001", ":", "LorchRun -p:LorchWorkspaceRoot=specs/a.md -p:LorchConfigFile=$(MSBuildProjectDirectory)/lorch.json" },
        { "error LORCH2003", "rm lorch.json; mkdir lorch.json", "LorchRun" },
        { "error LORCH2004", "ln -s /etc/hostname specs/b.md", "LorchRun" },
        { "warning LORCH2006", "mkfifo specs/b.md", "LorchRun -p:LorchForce=true" },
        { "error LORCH2007", "rm -r events; touch events; rm -r receipts", "LorchRun" },
        { "error LORCH2008", "sed -i '3s/.*/{/' events/*.ndjson", "LorchVerify" },
        { "warning LORCH2009", "printf '{\"kind' >> $(ls events/*)", "LorchVerify" },
        { "error LORCH2010", "sed -i 's/\"format\": *1/\"format\":2/' receipts/T-1/step-1.json", "LorchVerify" },
        { "error LORCH2011", "echo > receipts/T-1/step-1.json", "LorchVerify" },
        { "error LORCH2012", "for record in receipts/T-1/completions/*; do echo > $record; done", "LorchVerify" },
        { "error LORCH2013", "for manifest in snapshots/*; do echo > $manifest; done", "LorchVerify" },
        {
            "error LORCH2016",
            "sed -i -e /run_completed/d -e /system.recorded/d events/*; rm -r receipts/T-1/completion*; sed -i s/One/Another/ lorch.json",
            "LorchResume"
        },
        { "error LORCH2019", "touch specs/$(printf '\\377').md", "LorchRun" },
        { "error LORCH2022", "touch 'specs/a\\b.md'", "LorchRun" },
        { "error LORCH2023", "sed -i 's/\"goal\": \"One\"/\"regenerate\": true, &/' lorch.json; echo altered > src/1.txt", "LorchVerify" },
        { "warning LORCH2025", "chmod 777 events", "LorchRun -p:LorchForce=true" },
    };

    /// <summary>A code, a mode of the agent that misbehaves, what it does, and what to replace in its lorch.json.</summary>
    public static TheoryData<string, string, string, string, string> Misdeeds { get; } = new()
    {
        { "warning LORCH2018", "before_the_answer", "echo more >> specs/a.md", "", "" },
        { "error LORCH2024", "before_the_answer", "for ledger in events/*; do echo forged >> $ledger; done", "", "" },
        { "error LORCH3005", "heartbeats_stop", ":", "\"timeouts_s\"", "\"heartbeat_interval_s\": 0.2, \"timeouts_s\"" },
        { "error LORCH3008", "wrong_snapshot", ":", "", "" },
        { "error LORCH3010", "die_in_mid_command", ":", "\"max_attempts\": 1 }", "\"max_attempts\": 2 }, \"max_restarts\": 0" },
        { "error LORCH3012", "before_the_answer", Error("tool_too_old"), "", "" },
        { "error LORCH3013", "before_the_answer", Error("not_signed_in"), "", "" },
        { "error LORCH3014", "before_the_answer", Error("usage_limit"), "", "" },
        { "error LORCH3015", "before_the_answer", Error("context_too_long"), "", "" },
        { "error LORCH3016", "before_the_answer", Error("refused"), "", "" },
        { "error LORCH3017", "before_the_answer", Error("tool_crashed"), "", "" },
        { "error LORCH3018", "before_the_answer", Error("empty_answer"), "", "" },
        { "error LORCH3019", "before_the_answer", Error("verdict_unreadable"), "", "" },
        { "error LORCH3020", "before_the_answer", Error("changed_outside"), "", "" },
        { "error LORCH4001", "asks_for_ever\", \"review", ":", "\"max_attempts\": 1 }", "\"max_attempts\": 1 }, \"max_iterations\": 1" },
        { "error LORCH4002", "tests_fail", ":", "", "" },
        {
            "error LORCH4008",
            "before_the_answer",
            "sleep 1",
            "\"max_attempts\": 1 }",
            "\"max_attempts\": 1 }, \"budget\": { \"minutes\": 0.01 }"
        },
        { "error LORCH4007", "changes_nothing\", \"implement_changes", ":", "\"env\": {", "\"env\": { \"ASK\": \"9\"," },
    };

    [LongSet]
    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Names_a_mistake_in_the_configuration(string code, string right, string wrong)
    {
        LongTests.SkipUnlessAsked(!code.EndsWith("1003", StringComparison.Ordinal));
        using var project = new LorchProject(clone);
        Replace(project, right, wrong);

        AssertSays(code, await project.MsBuildAsync("-t:LorchRun"));
    }

    [LongSet]
    [Theory]
    [MemberData(nameof(Accidents))]
    public async Task Names_what_happened_to_the_workspace(string code, string accident, string build)
    {
        SkipElsewhere();
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1")).Succeeded();
        project.Happen(accident);

        var result = await project.MsBuildAsync([.. $"-t:{build} -p:Task=T-1".Split(' ')]);

        AssertSays(code, result);

        // .NET can't delete a file whose name is no UTF-8.
        project.Happen("rm -r specs");
    }

    [LongSet]
    [Theory]
    [MemberData(nameof(Misdeeds))]
    public async Task Names_what_an_agent_did(string code, string mode, string deed, string usual, string other)
    {
        SkipElsewhere();
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        project.UseShellAgent(mode, deed);
        Replace(project, usual, other);

        AssertSays(code, await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1"));
    }

    private static string Error(string code) =>
        $"event error ',\"payload\":{{\"code\":\"{code}\",\"message\":\"no\",\"retriable\":false}}'";

    private static void SkipElsewhere() => Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs sh and /proc.");

    private static void Replace(LorchProject project, string usual, string other)
    {
        if (usual.Length > 0)
        {
            var text = project.Read("lorch.json");
            Assert.Contains(usual, text, StringComparison.Ordinal);
            project.Write("lorch.json", text.Replace(usual, other, StringComparison.Ordinal));
        }
    }

    /// <summary>An error ends the build with 1, a warning with 0.</summary>
    private static void AssertSays(string code, CommandResult result)
    {
        result.Says($"{code}: ");
        Assert.Equal(code.Contains("error ", StringComparison.Ordinal) ? 1 : 0, result.ExitCode);
    }
}
