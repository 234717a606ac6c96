using Lorch.Core.Reports.Recording;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Reports.Traces;

/// <summary>
/// Sends the spans that weren't sent yet, at least once: what a build can't send, or can't say for certain that it was taken, is sent by
/// the next one.
/// </summary>
internal sealed class TraceExport(RunContext context)
{
    private const int MaxSpans = 64;

    private readonly List<(UnsentSession Session, IReadOnlyList<Span> Spans)> _batch = [];
    private readonly HashSet<string> _problems = [];
    private long _sent;

    /// <summary>Sends them.</summary>
    public async Task<TraceResult> SendAsync(CancellationToken cancellationToken)
    {
        if (context.Traces is not { Problem: null } settings)
        {
            return new TraceResult { Problem = context.Traces?.Problem };
        }

        if (TraceQueue.List(context.Layout) is not { Count: > 0 } unsent)
        {
            return new TraceResult();
        }

        using var patience = new CancellationTokenSource(settings.Patience, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var client = new OtlpClient(settings, context.Clock);
            await SendAsync(client, settings, unsent, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _problems.Add(FormattableString.Invariant($"it didn't answer within {settings.Patience.TotalSeconds:0.###} s"));
        }

        var place = settings.Endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return new TraceResult
        {
            Sent = _sent,
            Problem = _problems.Count == 0 ? null : context.Redactor.Redact($"{place}: {string.Join("; ", _problems)}"),
        };
    }

    private async Task SendAsync(
        OtlpClient client,
        TraceSettings settings,
        IReadOnlyList<UnsentSession> unsent,
        CancellationToken cancellationToken)
    {
        foreach (var run in unsent.GroupBy(session => session.RunId))
        {
            var story = Read(run.Key, settings, cancellationToken);
            foreach (var session in run)
            {
                if (story?.Of(session) is { } spans)
                {
                    _batch.Add((session, spans));
                }
            }

            if (_batch.Sum(entry => entry.Spans.Count) >= MaxSpans && !await FlushAsync(client, settings, cancellationToken))
            {
                return;
            }
        }

        await FlushAsync(client, settings, cancellationToken);
    }

    /// <summary>A damaged ledger is told by whoever works with it; what was read of it before can't be relied on.</summary>
    private SpansOfRun? Read(RunId run, TraceSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return RunStoryReader.Read(context.Layout, run, context.Redactor.Redact, cancellationToken) is { } story
                ? new SpansOfRun(story, settings.SendsTexts, context.Redactor.Redact)
                : null;
        }
        catch (LorchException)
        {
            return null;
        }
    }

    /// <returns>Whether more can be sent.</returns>
    private async Task<bool> FlushAsync(OtlpClient client, TraceSettings settings, CancellationToken cancellationToken)
    {
        foreach (var part in _batch.SelectMany(entry => entry.Spans).Chunk(MaxSpans))
        {
            var answer = await client.SendAsync(OtlpJson.GetBytes(part, settings.Resource), cancellationToken);
            if (answer.Problem is { } problem)
            {
                _problems.Add(problem);
            }

            if (!answer.IsSettled)
            {
                return false;
            }

            _sent += part.Length;
        }

        TraceQueue.Remove(_batch.Select(entry => entry.Session));
        _batch.Clear();
        return true;
    }
}
