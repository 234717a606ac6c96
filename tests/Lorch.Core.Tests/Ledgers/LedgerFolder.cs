using System.Text;
using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Ledgers;

/// <summary>One run's ledger in a folder of its own.</summary>
internal sealed class LedgerFolder : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public LedgerFolder()
    {
        Layout = new WorkspaceLayout(_workspace.Root, null);
        Directory.CreateDirectory(Layout.EventsFolder);
    }

    public RunId Run { get; } = RunId.Parse("run-20260131-090500-0a1b2c3d");

    public WorkspaceLayout Layout { get; }

    public string Path => Layout.Ledger(Run);

    public string TornPath => Layout.TornTail(Run);

    public string Content
    {
        get => System.Text.Encoding.UTF8.GetString(Lorch.Testing.TemporaryWorkspace.ReadShared(Path));
        set => File.WriteAllText(Path, value);
    }

    /// <summary>An event whose payload is known again.</summary>
    public static Event Event(int number, string text = "", EventName name = EventName.Log) => new()
    {
        MessageId = MessageId.Parse($"0198c0de-0000-7000-8000-{number:D12}"),
        CorrelationId = CorrelationId.Parse("corr-T-0042-run-0"),
        TaskId = TaskId.Parse("T-0042"),
        From = new AgentAddress { AgentType = AgentType.System },
        Name = name,
        Payload = JsonSerializer.SerializeToElement(new Dictionary<string, object> { ["n"] = number, ["text"] = text }),
        OccurredAt = new DateTimeOffset(2026, 1, 31, 9, 5, 0, TimeSpan.Zero),
    };

    /// <summary>An event's line without its line feed.</summary>
    public static string Line(int number, string text = "") => Encoding.UTF8.GetString(MessageJson.GetBytes(Event(number, text)));

    /// <summary>The numbers of events, in their order.</summary>
    public static int Number(Message message) => ((Event)message).Payload!.Value.GetProperty("n").GetInt32();

    public void Dispose() => _workspace.Dispose();
}
