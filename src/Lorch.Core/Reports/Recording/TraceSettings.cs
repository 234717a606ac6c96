using System.Globalization;
using Lorch.Core.Transcripts;

namespace Lorch.Core.Reports.Recording;

/// <summary>
/// Where the traces of runs are sent, as the variables of the OpenTelemetry specification say it. A variable that is empty isn't set.
/// </summary>
internal sealed record TraceSettings
{
    private const string Path = "v1/traces";
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(10);

    /// <summary>Gets where they are sent.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Gets why nothing can be sent there.</summary>
    public string? Problem { get; init; }

    /// <summary>Gets the headers of each request, most of them secret.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Gets how long a build waits for all that it sends.</summary>
    public TimeSpan Patience { get; init; } = UsualPatience;

    /// <summary>Gets a value indicating whether somebody said how long to wait.</summary>
    public bool HasOwnPatience { get; init; }

    /// <summary>Gets a value indicating whether prompts, summaries and messages of failures are sent.</summary>
    public bool SendsTexts { get; init; }

    /// <summary>Gets a value indicating whether requests are compressed.</summary>
    public bool Compresses { get; init; }

    /// <summary>Gets what sends, as it was named.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Resource { get; init; } = [];

    /// <summary>Reads the variables.</summary>
    /// <returns>What they say; <see langword="null"/> if no traces are wanted.</returns>
    public static TraceSettings? Of(IReadOnlyDictionary<string, string> environment)
    {
        var given = Find("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? Find("OTEL_EXPORTER_OTLP_ENDPOINT");
        var exporters = Find("OTEL_TRACES_EXPORTER")?.Split(',', StringSplitOptions.TrimEntries) ?? ["otlp"];
        if (given is null || !exporters.Contains("otlp") || IsTrue(Find("OTEL_SDK_DISABLED")))
        {
            return null;
        }

        var isAddress = Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
        var protocol = Setting("PROTOCOL");
        var patience = Setting("TIMEOUT") is { } text
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds > 0
            ? TimeSpan.FromMilliseconds(milliseconds)
            : (TimeSpan?)null;
        return new TraceSettings
        {
            Endpoint = !isAddress ? new Uri("http://invalid/")
                : Find("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") is null ? Below(address!)
                : address!,
            Problem = !isAddress
                ? "OTEL_EXPORTER_OTLP_ENDPOINT is no address that begins with http:// or https://"
                : protocol == "grpc"
                    ? "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc', and Lorch sends over HTTP only. Set it to http/json, with the collector's "
                        + "HTTP port in OTEL_EXPORTER_OTLP_ENDPOINT, 4318 by default"
                    : null,
            Headers = [.. HeaderList.Parse(Setting("HEADERS") ?? "")],
            Patience = patience ?? UsualPatience,
            HasOwnPatience = patience is not null,
            Compresses = Setting("COMPRESSION") == "gzip",
            SendsTexts = Find("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT")?.ToLowerInvariant()
                is "true" or "span_only" or "span_and_event",
            Resource =
            [
                .. HeaderList.Parse(Find("OTEL_RESOURCE_ATTRIBUTES") ?? ""),
                .. new[] { KeyValuePair.Create("service.name", Find("OTEL_SERVICE_NAME") ?? "") }.Where(entry => entry.Value.Length > 0),
            ],
        };

        string? Find(string name) => environment.GetValueOrDefault(name)?.Trim() is { Length: > 0 } value ? value : null;

        string? Setting(string name) => Find($"OTEL_EXPORTER_OTLP_TRACES_{name}") ?? Find($"OTEL_EXPORTER_OTLP_{name}");
    }

    private static bool IsTrue(string? value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    private static Uri Below(Uri address) =>
        new UriBuilder(address) { Path = $"{address.AbsolutePath.TrimEnd('/')}/{Path}" }.Uri;
}
