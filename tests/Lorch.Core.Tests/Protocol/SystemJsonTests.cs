using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;

namespace Lorch.Core.Tests.Protocol;

public sealed class SystemJsonTests
{
    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    public static TheoryData<Type, string> Payloads => new()
    {
        {
            typeof(RunStarted),
            $$$"""{"format":1,"run_id":"run-20260131-090500-0a1b2c3d","snapshot_id":"snap-0123456789ab","task_key":"ik:{{{Zeros}}}","definition":{"goal":"Gruß"},"agents":{"builder":"sha256:{{{Zeros}}}","spec_maintainer":"sha256:{{{Zeros}}}"},"max_attempts":3,"max_iterations":10,"on_failing_tests":"changes","generation":4}"""
        },
        {
            typeof(RunStarted),
            $$$"""{"format":1,"run_id":"run-20260131-090500-0a1b2c3d","snapshot_id":"snap-0123456789ab","task_key":"ik:{{{Zeros}}}","definition":{},"agents":{},"max_attempts":3,"max_iterations":10,"on_failing_tests":"fail"}"""
        },
        {
            typeof(StepRecorded),
            $$$"""{"step":2,"receipt":{"path":"receipts/T-0042/step-2.json","sha256":"sha256:{{{Zeros}}}"},"idempotency_key":"ik:{{{Zeros}}}","action":"review","iteration":1,"measured":[{"path":"src/a.cs","sha256":"sha256:{{{Zeros}}}","size":3}]}"""
        },
        {
            typeof(StepReused),
            $$$$"""{"step":2,"run_id":"run-20260131-090500-0a1b2c3d","receipt":{"path":"receipts/T-0042/step-2.json","sha256":"sha256:{{{{Zeros}}}}"},"idempotency_key":"ik:{{{{Zeros}}}}","action":"review","iteration":0,"artifacts":[],"removed":["src/b.cs"],"outcome":{"event":"review.completed","status":"approved","payload":{"summary":null}}}"""
        },
        { typeof(AttemptFailed), """{"attempt":0,"code":"LORCH3004","message":"m","retriable":true}""" },
        { typeof(RunResumed), $$$"""{"after":"interrupted","agents":{"reviewer":"sha256:{{{Zeros}}}"}}""" },
        { typeof(RunFailed), """{"code":"LORCH4001","message":"m"}""" },
        { typeof(RunAborted), """{"reason":"superseded","by":"lorch"}""" },
        { typeof(RunInterrupted), """{"by":"user"}""" },
        { typeof(SnapshotDrift), """{"added":["a"],"removed":["b"],"changed":["c"],"in_flight":["c"]}""" },
        {
            typeof(SnapshotDrift),
            """{"added":[],"removed":[],"changed":[],"in_flight":["a","b"],"left":[{"path":"a","sha256":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":1}]}"""
        },
        { typeof(AgentStarted), """{"agent_type":"builder","agent_id":"b1","pid":12}""" },
        { typeof(AgentExited), """{"agent_type":"builder","pid":12,"exit_code":-1,"stderr_tail":["x"]}""" },
        { typeof(AgentExited), """{"agent_type":"builder","pid":12,"signal":"SIGKILL","stderr_tail":[]}""" },
        { typeof(AgentUnhealthy), """{"agent_type":"builder","pid":12,"silent_s":30.5}""" },
        { typeof(MessageRejected), """{"reason":"r","path":"$.a","line":"{"}""" },
        { typeof(ArtifactRejected), """{"path":"src/a.cs","reason":"r","expected":"e","found":"f"}""" },
        { typeof(DeadlineExceeded), """{"after_s":600}""" },
        { typeof(CompletionRecorded), "{}" },
        { typeof(Accepted), """{"by":"Ann Ong","reason":"only reworded"}""" },
        { typeof(Accepted), """{"by":"ann"}""" },
        {
            typeof(RunStarted),
            $$$"""{"format":1,"run_id":"run-20260131-090500-0a1b2c3d","snapshot_id":"snap-0123456789ab","purpose":"accept","task_key":"ik:{{{Zeros}}}","definition":{},"agents":{},"max_attempts":3,"max_iterations":10,"on_failing_tests":"fail"}"""
        },
    };

    [Theory]
    [MemberData(nameof(Payloads))]
    public void Writes_what_it_read(Type type, string json)
    {
        ArgumentNullException.ThrowIfNull(type);

        Assert.Equal(json, RoundTrip(type, Samples.Json(json)).GetRawText());
    }

    [Theory]
    [InlineData("""{"code":"c"}""", "$.message", "the member 'message' is missing")]
    [InlineData("""{"code":"c","message":null}""", "$.message", "null is not allowed")]
    [InlineData("""{"code":"c","message":"m","more":1}""", "$.more", "unknown member 'more'")]
    [InlineData("""{"code":"c","code":"c","message":"m"}""", "$.code", "stands there twice")]
    [InlineData("[]", "$", "expected an object")]
    public void Refuses(string json, string path, string reason)
    {
        var exception = Assert.Throws<JsonException>(() => SystemJson.Read<RunFailed>(Samples.Json(json)));

        Assert.Equal(path, exception.Path);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"after":"failed","agents":{"human":"sha256:00"}}""", "$.agents", "'human' is not valid")]
    [InlineData("""{"after":"failed","agents":{"builder":null}}""", "$.agents.builder", "null is not allowed")]
    [InlineData("""{"after":"failed","agents":{"builder":"x"}}""", "$.agents.builder", "'x' is not valid")]
    [InlineData("""{"after":"lunch","agents":{}}""", "$.after", "'lunch' is not valid: expected one of failed, interrupted")]
    public void Refuses_agents_that_are_none(string json, string path, string reason)
    {
        var exception = Assert.Throws<JsonException>(() => SystemJson.Read<RunResumed>(Samples.Json(json)));

        Assert.StartsWith(path, exception.Path, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Knows_nothing_but_payloads() =>
        Assert.Throws<ArgumentException>(() => SystemJson.ToElement(Samples.Read(Samples.Log)));

    private static JsonElement RoundTrip(Type type, JsonElement payload)
    {
        var read = typeof(SystemJson).GetMethod(nameof(SystemJson.Read))!.MakeGenericMethod(type);
        var write = typeof(SystemJson).GetMethod(nameof(SystemJson.ToElement))!.MakeGenericMethod(type);
        return (JsonElement)write.Invoke(null, [read.Invoke(null, [payload])])!;
    }
}
