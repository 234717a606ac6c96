using System.Security.Cryptography;

namespace Lorch.Build.Tests;

/// <summary>
/// A task whose review asks for changes once, worked by agents that take a moment for each step: a build can be killed anywhere in it.
/// </summary>
internal static class LoopedTask
{
    public const string Id = "T-1";

    /// <summary>Its run, which is what is killed, and the one that goes on where no run had begun.</summary>
    public static readonly string[] Run = LorchProject.WithoutRestore("-t:LorchRun", $"-p:Task={Id}");

    public static LorchProject Prepare(ClonedRepository clone)
    {
        var project = new LorchProject(
            clone,
            $$"""{ "id": "{{Id}}", "goal": "One", "inputs": ["specs/**"], "expected_outputs": [{ "path": "src/1.txt" }] }""");
        project.Write("lorch.json", project.Read("lorch.json").Replace(
            """{ "max_attempts": 1 }""",
            """{ "max_attempts": 3, "backoff": { "initial_ms": 1, "max_ms": 5 } }""",
            StringComparison.Ordinal));
        project.Write("scripts/builder.json", """
            {"responses":{
              "implement":{"delay_ms":60,"events":[{"type":"builder.progress","payload":{"message":"half"}},
                {"type":"builder.completed","payload":{"tests":{"status":"pass"}},
                 "artifacts":[{"path":"src/1.txt","content":"1\n"},{"path":"src/2.txt","content":"2\n"},{"path":"docs/3.md","content":"3\n"}]}]},
              "implement_changes":{"delay_ms":60,"events":[{"type":"builder.completed","payload":{"tests":{"status":"pass"}},
                "artifacts":[{"path":"src/1.txt","content":"one\n"}]}]}}}
            """);
        project.Write("scripts/reviewer.json", """
            {"responses":{"review":[
              {"delay_ms":60,"events":[{"type":"review.completed","status":"changes_requested","payload":{"summary":"In words."},
                "artifacts":[{"path":"reviews/T-1.json","content":"{\"in\":\"words\"}\n"}]}]},
              {"delay_ms":60,"events":[{"type":"review.completed","status":"approved",
                "artifacts":[{"path":"reviews/T-1.json","content":"{}\n"}]}]}]}}
            """);
        project.Write("scripts/spec_maintainer.json", """
            {"responses":{"update_spec":{"delay_ms":60,"events":[{"type":"spec.updated",
              "artifacts":[{"path":"specs/b.md","content":"One.\n"},{"path":"spec_notes/T-1.json","content":"{}\n"}]}]}}}
            """);
        return project;
    }

    /// <summary>
    /// What has to be the same however often a run was killed: steps, keys, files with their digests, and the record of it all.
    /// </summary>
    public static IReadOnlyList<string> Results(LorchProject project)
    {
        var records = project.Records;
        var completion = $"receipts/{Id}/completion.json";
        return
        [
            .. records.Steps(Id).Select(step => (step, Receipt: records.Json($"receipts/{Id}/step-{step}.json")))
                .Select(
                    it =>
                        $"{it.step} {it.Receipt.GetProperty("action")} {it.Receipt.GetProperty("idempotency_key")} "
                            + $"{it.Receipt.GetProperty("artifacts")}"),
            .. from folder in (string[])["src", "docs", "specs", "reviews", "spec_notes"]
               where Directory.Exists(Path.Combine(project.Root, folder))
               from file in Directory.GetFiles(Path.Combine(project.Root, folder), "*", SearchOption.AllDirectories)
                   .Order(StringComparer.Ordinal)
               // What a scripted agent was writing when it was killed.
               where !Path.GetFileName(file).Contains(".tmp.", StringComparison.Ordinal)
               select $"{Path.GetRelativePath(project.Root, file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}",
            records.Has(completion)
                ? string.Join(
                    ' ',
                    "task_key inputs_after artifacts outputs_sha256".Split(' ').Select(name => records.Json(completion).GetProperty(name)))
                : "no completion",
            records.Has("state/run.json") ? records.Json("state/run.json").GetProperty("status").GetString()! : "no state",
        ];
    }
}
