using System.Text;
using Lorch.Core.Configuration;

namespace Lorch.Core.Tests.Configuration;

public sealed class RefusingAConfiguration
{
    [Fact]
    public void Says_how_to_write_one_that_is_absent()
    {
        var path = Path.Combine(Path.GetTempPath(), "lorch-no-such-folder", "lorch.json");

        var diagnostic = Assert.Throws<LorchException>(() => ConfigurationFile.Load(path)).Diagnostic;

        Assert.Equal((DiagnosticCode.ConfigurationNotFound, path), (diagnostic.Code, diagnostic.File));
        Assert.Contains("dotnet build -t:LorchInit", diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, 1, "the file is empty", "expected a JSON object", "LorchInit")]
    [InlineData(" \n", 1, 1, "the file is empty", "expected a JSON object", "LorchInit")]
    [InlineData("{\n  // hello\n}", 2, 3, "found a comment", "expected JSON, which has none", "Remove the comment")]
    [InlineData("{\"version\": /* hello */ \"1.0\"}", 1, 13, "found a comment", "expected JSON, which has none", "Remove the comment")]
    [InlineData("{\"version\": \"1.0\"}\n// bye", 2, 1, "found a comment", "expected JSON, which has none", "Remove the comment")]
    [InlineData("{\"version\": \"1.0\",\n}", 1, 18, "found a trailing comma", "expected another value", "Remove the comma")]
    [InlineData("{\"tasks\": [1 , \n ]}", 1, 14, "found a trailing comma", "expected another value", "Remove the comma")]
    [InlineData("{\n  \"ä\": x}", 2, 8, "found a mistake", "expected JSON", "Correct the text")]
    [InlineData("{\"a\": 1", 1, 8, "found a mistake", "expected JSON", "Correct the text")]
    [InlineData("{} {}", 1, 4, "found a mistake", "expected JSON", "Correct the text")]
    [InlineData("{'a': 1}", 1, 2, "found a mistake", "expected JSON", "Correct the text")]
    [InlineData("{\"a\": \"\\ud800\"}", 1, 7, "half of a surrogate pair", "expected whole characters", "Write the character")]
    [InlineData(
        "{\"a\": 1,\n \"a\": 2}", 2, 2, "found the member 'a' a second time (first in line 1)", "expected each member once", "Remove one")]
    [InlineData("{\"a\": {\"b\": 1, \"b\": 2}}", 1, 16, "$.a.b: found the member 'b'", "expected each member once", "Remove one")]
    public void That_is_not_json(string text, int line, int column, string found, string expected, string remedy) =>
        AssertRefused(text, DiagnosticCode.ConfigurationNotJson, line, column, found, expected, remedy);

    [Fact]
    public void That_is_not_utf8()
    {
        var diagnostic = Assert.Throws<LorchException>(
            () => ConfigurationFile.Parse(
                ConfigurationText.File,
                [.. Encoding.ASCII.GetBytes("{\n  \"a\": \""), 0xE4, .. Encoding.ASCII.GetBytes("\"}")])).Diagnostic;

        Assert.Equal((DiagnosticCode.ConfigurationNotJson, 2, 9), (diagnostic.Code, diagnostic.Line, diagnostic.Column));
        Assert.Contains("Save the file as UTF-8", diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", 1, 1, "$: found a list", "expected an object")]
    [InlineData("{\"version\": 1.0}", 1, 13, "$.version: found the number 1.0", "expected \"1.0\"")]
    [InlineData("{\"$schema\": 1}", 1, 13, "$.$schema: found the number 1", "expected the path or address of a JSON schema")]
    public void Whose_head_has_the_wrong_type(string text, int line, int column, string found, string expected) =>
        AssertRefused(text, DiagnosticCode.ConfigurationWrongType, line, column, found, expected, "Write one");

    [Theory]
    [InlineData("\"policy\": []", 13, "$.policy: found a list", "expected an object")]
    [InlineData(
        "\"policy\": {\"max_iterations\": \"10\"}", 32, "$.policy.max_iterations: found the text '10'",
        "expected a whole number from 0 to 1000")]
    [InlineData("\"policy\": {\"max_iterations\": 1.5}", 32, "found the number 1.5", "expected a whole number from 0 to 1000")]
    [InlineData("\"policy\": {\"max_iterations\": 10.0}", 32, "found the number 10.0", "expected a whole number from 0 to 1000")]
    [InlineData("\"policy\": {\"strict_version_pinning\": \"true\"}", 40, "found the text 'true'", "expected true or false")]
    [InlineData("\"policy\": {\"on_failing_tests\": true}", 34, "found true", "expected 'changes' or 'fail'")]
    [InlineData("\"policy\": {\"retry\": {\"backoff\": null}}", 35, "$.policy.retry.backoff: found null", "expected an object")]
    [InlineData("\"snapshot\": {\"include\": \"src/**\"}", 27, "$.snapshot.include: found the text 'src/**'", "expected a list of globs")]
    [InlineData("\"snapshot\": {\"include\": [1]}", 28, "$.snapshot.include[0]: found the number 1", "expected a glob")]
    [InlineData(
        "\"agents\": {\"builder\": {\"cmd\": \"run me\"}}", 33, "$.agents.builder.cmd: found the text 'run me'",
        "expected a list of texts")]
    [InlineData(
        "\"agents\": {\"builder\": {\"cmd\": [\"a\", 1]}}", 39, "$.agents.builder.cmd[1]: found the number 1", "expected an argument")]
    [InlineData(
        "\"agents\": {\"builder\": {\"cmd\": [\"a\"], \"env\": {\"A.B\": 1}}}", 55, "$.agents.builder.env['A.B']: found the number 1",
        "expected a text")]
    [InlineData(
        "\"agents\": {\"builder\": {\"cmd\": [\"a\"], \"heartbeat_interval_s\": \"10\"}}", 64, "found the text '10'",
        "expected a number from 0.05 to 3600")]
    [InlineData("\"tasks\": {}", 12, "$.tasks: found an object", "expected a list of tasks")]
    [InlineData("\"tasks\": [{\"id\": 1}]", 20, "$.tasks[0].id: found the number 1", "expected a task id")]
    [InlineData("\"tasks\": [{\"id\": \"T-1\", \"goal\": null}]", 35, "$.tasks[0].goal: found null", "expected a text")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"inputs\": null}]", 50, "$.tasks[0].inputs: found null",
        "expected a list of globs")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"expected_outputs\": [7]}]", 61,
        "$.tasks[0].expected_outputs[0]: found the number 7", "expected an object")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"parameters\": []}]", 54, "$.tasks[0].parameters: found a list",
        "expected an object")]
    public void With_a_value_of_the_wrong_type(string member, int column, string found, string expected) =>
        AssertRefused(ConfigurationText.WithMember(member), DiagnosticCode.ConfigurationWrongType, 3, column, found, expected, "Write one");

    [Theory]
    [InlineData(
        "\"agent\": {}", 3, "$.agent: found the unknown member 'agent'", "expected one of $schema, version", "Did you mean 'agents'?")]
    [InlineData(
        "\"policy\": {\"maxIterations\": 1}", 14, "$.policy.maxIterations: found the unknown member 'maxIterations'",
        "expected one of concurrency", "Did you mean 'max_iterations'?")]
    [InlineData(
        "\"policy\": {\"retry\": {\"attempts\": 1}}", 24, "$.policy.retry.attempts", "expected one of max_attempts, backoff",
        "Did you mean 'max_attempts'?")]
    [InlineData(
        "\"policy\": {\"retry\": {\"backoff\": {\"inital_ms\": 1}}}", 36, "inital_ms", "expected one of initial_ms",
        "Did you mean 'initial_ms'?")]
    [InlineData("\"snapshot\": {\"exlcude\": []}", 16, "exlcude", "expected one of include, exclude", "Did you mean 'exclude'?")]
    [InlineData(
        "\"agents\": {\"Builder\": {}}", 14, "$.agents.Builder", "expected one of builder, reviewer, spec_maintainer",
        "Did you mean 'builder'?")]
    [InlineData(
        "\"agents\": {\"orchestration\": {}}", 14, "$.agents.orchestration", "expected one of builder, reviewer, spec_maintainer",
        "Remove it")]
    [InlineData(
        "\"agents\": {\"builder\": {\"cmd\": [\"a\"], \"tools\": \"x\"}}", 40, "$.agents.builder.tools", "expected one of cmd",
        "Remove it")]
    [InlineData(
        "\"agents\": {\"reviewer\": {\"cmd\": [\"a\"], \"timeouts_s\": {\"implement\": 1}}}", 56, "timeouts_s.implement",
        "expected one of review", "Remove it")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"gaol\": \"g\"}]", 27, "$.tasks[0].gaol", "expected one of id, goal", "Did you mean 'goal'?")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"expected_outputs\": [{\"paht\": \"a\"}]}]", 62, "expected_outputs[0].paht",
        "expected one of path", "Did you mean 'path'?")]
    public void With_an_unknown_member(string member, int column, string found, string expected, string remedy) =>
        AssertRefused(ConfigurationText.WithMember(member), DiagnosticCode.UnknownMember, 3, column, found, expected, remedy);

    [Fact]
    public void Without_a_version() =>
        AssertRefused(
            "\n {}",
            DiagnosticCode.MissingMember,
            2,
            2,
            "$: found an object without the member 'version'",
            "expected one with it",
            "Add \"version\": \"1.0\"");

    [Theory]
    [InlineData("\"agents\": {\"builder\": {}}", 25, "$.agents.builder: found an object without the member 'cmd'", "\"cmd\": [")]
    [InlineData("\"tasks\": [{\"goal\": \"g\"}]", 13, "$.tasks[0]: found an object without the member 'id'", "\"id\": \"T-0001\"")]
    [InlineData("\"tasks\": [{\"id\": \"T-1\"}]", 13, "$.tasks[0]: found an object without the member 'goal'", "\"goal\": ")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"expected_outputs\": [{}]}]", 61, "without the member 'path'", "\"path\": ")]
    public void Without_a_member_that_must_be_there(string member, int column, string found, string remedy) =>
        AssertRefused(ConfigurationText.WithMember(member), DiagnosticCode.MissingMember, 3, column, found, "expected one with it", remedy);

    [Theory]
    [InlineData("2.0")]
    [InlineData("1")]
    [InlineData("")]
    public void Of_another_version(string version) => AssertRefused(
        $"{{\"version\": \"{version}\"}}", DiagnosticCode.ConfigurationVersion, 1, 13, $"$.version: found the text '{version}'",
        "expected '1.0'", "Write \"1.0\"");

    [Theory]
    [InlineData("\"workspace_root\": \"..\"", 21, "$.workspace_root: found the text '..'", "expected '.'", "LorchWorkspaceRoot")]
    [InlineData("\"policy\": {\"concurrency\": 2}", 29, "$.policy.concurrency: found the number 2", "expected 1, because", "in a view")]
    [InlineData("\"policy\": {\"concurrency\": 0}", 29, "$.policy.concurrency: found the number 0", "from 1 to 1000", "remove the member")]
    [InlineData("\"policy\": {\"message_max_bytes\": 262145}", 35, "found the number 262145", "from 1024 to 262144", "remove the member")]
    [InlineData("\"policy\": {\"message_max_bytes\": 1023}", 35, "found the number 1023", "from 1024 to 262144", "remove the member")]
    [InlineData("\"policy\": {\"artifact_max_bytes\": 0}", 36, "found the number 0", "from 1 to 9007199254740991", "remove the member")]
    [InlineData(
        "\"policy\": {\"artifact_max_bytes\": 99999999999999999999}", 36, "found the number 99999999999999999999", "from 1 to",
        "remove the member")]
    [InlineData(
        "\"policy\": {\"output_max_bytes\": 4095}", 34, "found the number 4095", "from 4096 to 9007199254740991", "remove the member")]
    [InlineData(
        "\"policy\": {\"output_max_bytes_per_s\": 1}", 40, "found the number 1", "from 4096 to 9007199254740991", "remove the member")]
    [InlineData("\"policy\": {\"log_max_bytes\": 1}", 31, "found the number 1", "from 4096 to 9007199254740991", "remove the member")]
    [InlineData("\"policy\": {\"max_iterations\": -1}", 32, "found the number -1", "from 0 to 1000", "remove the member")]
    [InlineData("\"policy\": {\"max_restarts\": -1}", 30, "found the number -1", "from 0 to 1000", "remove the member")]
    [InlineData("\"policy\": {\"retry\": {\"max_attempts\": 0}}", 40, "found the number 0", "from 1 to 100", "remove the member")]
    [InlineData(
        "\"policy\": {\"retry\": {\"backoff\": {\"initial_ms\": -5}}}", 50, "found the number -5", "from 0 to 3600000",
        "remove the member")]
    [InlineData(
        "\"policy\": {\"retry\": {\"backoff\": {\"initial_ms\": 50, \"max_ms\": 49}}}", 64, "found the number 49", "initial_ms = 50",
        "Raise max_ms")]
    [InlineData(
        "\"policy\": {\"retry\": {\"backoff\": {\"multiplier\": 0.5}}}", 50, "found the number 0.5", "from 1 to 100", "remove the member")]
    [InlineData(
        "\"policy\": {\"retry\": {\"backoff\": {\"multiplier\": 1e999}}}", 50, "found the number 1e999", "from 1 to 100",
        "remove the member")]
    [InlineData(
        "\"policy\": {\"retry\": {\"backoff\": {\"jitter\": \"ful\"}}}", 46, "found the text 'ful'", "expected 'full' or 'none'",
        "Did you mean 'full'?")]
    [InlineData(
        "\"policy\": {\"on_failing_tests\": \"Fail\"}", 34, "found the text 'Fail'", "expected 'changes' or 'fail'",
        "Did you mean 'fail'?")]
    [InlineData(
        "\"agents\": {\"builder\": {\"cmd\": []}}", 33, "$.agents.builder.cmd: found a list", "at least the agent's program",
        "Add the program")]
    [InlineData(
        "\"agents\": {\"builder\": {\"cmd\": [\" \"]}}", 34, "found the text ' '", "the agent's program that isn't empty", "Write one")]
    [InlineData(
        "\"agents\": {\"builder\": {\"cmd\": [\"a\", \"b\\u0000c\"]}}", 39, "$.agents.builder.cmd[1]", "without the character",
        "Remove the character")]
    [InlineData(
        "\"agents\": {\"builder\": {\"cmd\": [\"a\"], \"env\": {\"A=B\": \"x\"}}}", 48, "found the name 'A=B'",
        "expected the name of an environment variable", "Correct the name")]
    [InlineData(
        "\"agents\": {\"builder\": {\"cmd\": [\"a\"], \"heartbeat_interval_s\": 0}}", 64, "found the number 0", "from 0.05 to 3600",
        "remove the member")]
    [InlineData(
        "\"agents\": {\"reviewer\": {\"cmd\": [\"a\"], \"timeouts_s\": {\"review\": 1e9}}}", 66, "timeouts_s.review: found the number 1e9",
        "from 0.05 to 604800", "remove the member")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \" \"}]", 35, "$.tasks[0].goal: found the text ' '", "that isn't empty", "Write one")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"inputs\": []}]", 50, "$.tasks[0].inputs: found a list", "at least one glob",
        "remove the member")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"parameters\": {\"n\": [1e999]}}]", 61,
        "$.tasks[0].parameters.n[0]: found the number 1e999", "expected a number that a double holds", "Write it as a text")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"parameters\": {\"n\": 9007199254740993}}]", 60, "$.tasks[0].parameters.n",
        "only up to 9007199254740991", "Write it as a text")]
    public void With_a_value_that_is_not_allowed(string member, int column, string found, string expected, string remedy) =>
        AssertRefused(ConfigurationText.WithMember(member), DiagnosticCode.ConfigurationInvalidValue, 3, column, found, expected, remedy);

    [Theory]
    [InlineData("\"snapshot\": {\"include\": [\"../x/**\"]}", 28, "$.snapshot.include[0]: found the text '../x/**'")]
    [InlineData("\"snapshot\": {\"exclude\": [\"/etc\"]}", 28, "$.snapshot.exclude[0]: found the text '/etc'")]
    [InlineData("\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"inputs\": [\"src/../../x\"]}]", 51, "$.tasks[0].inputs[0]")]
    [InlineData("\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"inputs\": [\"\"]}]", 51, "$.tasks[0].inputs[0]: found the text ''")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"inputs\": [\"src\\\\a\"]}]", 51, "$.tasks[0].inputs[0]: found the text 'src\\a'")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"inputs\": [\"src/[a\"]}]", 51, "$.tasks[0].inputs[0]: found the text 'src/[a'")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"produces\": [\"src/**\", \"..\"]}]", 63,
        "$.tasks[0].produces[1]: found the text '..'")]
    public void With_a_glob_that_can_not_be_used(string member, int column, string found) =>
        AssertRefused(
            ConfigurationText.WithMember(member),
            DiagnosticCode.InvalidGlob,
            3,
            column,
            found,
            "expected a glob",
            "Correct the glob");

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("./x")]
    [InlineData("a\\\\b")]
    [InlineData("src/")]
    [InlineData("")]
    public void With_an_output_that_is_no_path_below_the_root(string path) => AssertRefused(
        ConfigurationText.WithMember(
            $"\"tasks\": [{{\"id\": \"T-1\", \"goal\": \"g\", \"expected_outputs\": [{{\"path\": \"{path}\"}}]}}]"),
        DiagnosticCode.InvalidGlob,
        3,
        70,
        "$.tasks[0].expected_outputs[0].path: found the text",
        "expected a path relative to the workspace root",
        "Write the path of one file");

    [Theory]
    [InlineData("bin/**")]
    [InlineData("src/node_modules/x.js")]
    [InlineData(".git/HEAD")]
    [InlineData("receipts/**")]
    public void With_an_input_that_is_never_tracked(string glob) => AssertRefused(
        ConfigurationText.WithMember($"\"tasks\": [{{\"id\": \"T-1\", \"goal\": \"g\", \"inputs\": [\"src/**\", \"{glob}\"]}}]"),
        DiagnosticCode.UntrackedInput,
        3,
        61,
        $"$.tasks[0].inputs[1]: found the text '{glob}'",
        "expected a glob of files that can be tracked",
        "remove the glob");

    [Theory]
    [InlineData("goal")]
    [InlineData("definition")]
    [InlineData("agent")]
    [InlineData("iteration")]
    [InlineData("generation")]
    [InlineData("cause")]
    [InlineData("work")]
    [InlineData("work_file")]
    public void With_a_parameter_that_commands_use(string name) => AssertRefused(
        ConfigurationText.WithMember($"\"tasks\": [{{\"id\": \"T-1\", \"goal\": \"g\", \"parameters\": {{\"{name}\": 1}}}}]"),
        DiagnosticCode.ReservedParameter,
        3,
        55,
        $"$.tasks[0].parameters.{name}: found a parameter named '{name}'",
        "expected a name that commands don't use",
        "Rename the parameter");

    [Theory]
    [InlineData("\"agents\": {\"reviewer\": {\"cmd\": [\"b\"]}}, \"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\"}]", 53)]
    [InlineData("\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\"}]", 13)]
    public void Without_an_agent_that_builds(string members, int column) => AssertRefused(
        ConfigurationText.WithMember(members),
        DiagnosticCode.MissingAgent,
        3,
        column,
        "$.tasks[0]: found a task and no agent that builds it",
        "expected a builder",
        "\"builder\": {\"use\": ");

    internal static void AssertRefused(string text, string code, int line, int column, string found, string expected, string remedy)
    {
        var diagnostic = ConfigurationText.Refused(text);

        Assert.Equal((code, ConfigurationText.File, line, column), (diagnostic.Code, diagnostic.File, diagnostic.Line, diagnostic.Column));
        Assert.Contains(found, diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains(expected, diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, diagnostic.Message, StringComparison.Ordinal);
    }
}
