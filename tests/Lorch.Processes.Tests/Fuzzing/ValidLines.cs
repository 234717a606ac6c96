using System.Globalization;
using System.Text;

namespace Lorch.Processes.Tests.Fuzzing;

/// <summary>Lines that count for one command: each kind of event that an action allows, heartbeats, log messages.</summary>
internal static class ValidLines
{
    /// <summary>Makes one line of each kind.</summary>
    /// <param name="from">The agent type.</param>
    /// <param name="action">The action of the command.</param>
    /// <param name="terminal">The event that ends it, as JSON members.</param>
    public static IReadOnlyList<byte[]> For(string from, string action, string terminal) =>
    [
        Event(from, action, 1, """ "event":"log","payload":{"summary":"Grüße \uD83D\uDE00"} """),
        Event(
            from,
            action,
            2,
            """ "event":"artifact.produced","artifacts":[{"path":"src/hello.txt","sha256":"sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03","size":6}] """),
        Event(from, action, 3, terminal),
        Event(from, action, 4, """ "event":"error","payload":{"code":"busy","message":"later","retriable":true} """),
        Encoding.UTF8.GetBytes(
            """{"kind":"heartbeat","agent":{"agent_type":"builder","agent_id":"b"},"seq":1,"status":"busy","pid":1,"uptime_s":1.5,"last_activity_at":"2026-01-31T09:05:00Z"}"""),
        Encoding.UTF8.GetBytes(
            """{"kind":"log","level":"warn","message":"a line","fields":{"a":[1,{"b":null}]},"timestamp":"2026-01-31T09:05:00.000Z"}"""),
    ];

    /// <summary>Makes an event.</summary>
    /// <param name="from">The agent type.</param>
    /// <param name="action">The action of the command.</param>
    /// <param name="id">The last digits of its id.</param>
    /// <param name="members">Its name and what else it has.</param>
    public static byte[] Event(string from, string action, int id, string members) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"kind":"event","message_id":"0198c0de-0000-7000-8000-{{id:x12}}","correlation_id":"corr-T-1-{{action}}-0","task_id":"T-1","from":{"agent_type":"{{from}}"},{{members.Trim()}},"occurred_at":"2026-01-31T09:05:00.000Z"}"""));
}
