namespace Lorch.Core.Reports.Traces;

/// <summary>What OTLP calls the kind of a span, by its number there.</summary>
internal enum SpanKind
{
    Internal = 1,
    Client = 3,
}

/// <summary>A time in which something was done, as OpenTelemetry tells it.</summary>
internal sealed record Span
{
    public required string TraceId { get; init; }

    public required string SpanId { get; init; }

    /// <summary>Gets the span that it is a part of; <see langword="null"/> for the first of its trace.</summary>
    public string? ParentId { get; init; }

    public required string Name { get; init; }

    public required SpanKind Kind { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Gets what is told of it: texts, numbers (<see cref="long"/>, <see cref="double"/>) and answers to questions.</summary>
    public required IReadOnlyList<KeyValuePair<string, object>> Attributes { get; init; }

    /// <summary>Gets a span of another trace that it has to do with.</summary>
    public (string TraceId, string SpanId)? Link { get; init; }

    /// <summary>Gets a value indicating whether it failed.</summary>
    public bool HasFailed { get; init; }

    /// <summary>Gets why it failed, where texts are sent.</summary>
    public string? Problem { get; init; }
}
