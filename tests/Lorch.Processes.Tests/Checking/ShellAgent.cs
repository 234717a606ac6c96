namespace Lorch.Processes.Tests.Checking;

/// <summary>
/// A builder of a few lines of shell that keeps every rule. What a test adds is read before the loop begins, and may replace any part.
/// </summary>
/// <remarks>
/// It was written from the formats alone: its times have nanoseconds and an offset, its heartbeats have every optional member.
/// </remarks>
internal static class ShellAgent
{
    /// <summary>Makes the program.</summary>
    /// <param name="change">Shell text: functions and variables that replace those above it.</param>
    public static string With(string change) => $$"""
        from=builder count=0
        new_id() { count=$((count + 1)); id=$(printf '%08x-0000-7000-8000-%012x' $$ $count); }
        event() {
          new_id
          printf '{"event":"%s","kind":"event","message_id":"%s","correlation_id":"%s","task_id":"lorch-check","from":{"agent_type":"%s","agent_id":"b"},"occurred_at":"2026-01-31T11:05:00.123456789+02:00"%s}\n' \
            "$1" "$id" "$correlation" "$from" "$2"
        }
        beat() {
          printf '{"kind":"heartbeat","agent":{"agent_type":"builder","agent_id":"b"},"seq":%d,"status":"busy","pid":%d,"ppid":1,"uptime_s":0,"last_activity_at":"2026-01-31T09:05:00.1Z","stats":{"cpu_pct":0.5,"rss_bytes":1},"task_id":"lorch-check"}\n' "$1" "$2"
        }
        write() { mkdir -p src; echo checked > src/lorch-check.txt; }
        file=',"artifacts":[{"path":"src/lorch-check.txt","sha256":"sha256:77c2ca150b61c7330da139378ffd3940d093f1bd74a1294689345d27e15b5124","size":8}]'
        work() { write; event builder.completed "$file"; }
        end() { exit 0; }
        after() { :; }
        {{change}}
        member() { value=${line#*\"$1\":}; value=${value#\"}; value=${value%%[\",\}]*}; }
        while read -r line; do
          member correlation_id; correlation=$value
          member action; action=$value
          member attempt; attempt=$value
          member snapshot_id; snapshot=$value
          work
          after
        done
        end
        """;
}
