using Lorch.Core.Protocol;
using Lorch.Core.Reports.Recording;
using Lorch.Core.Transcripts;

namespace Lorch.Core.Tests.Reports;

public sealed class WhereTracesGo
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    private readonly Dictionary<string, string> _environment = new() { [Endpoint] = "http://collector:4318" };

    [Theory]
    [InlineData("http://collector:4318", "http://collector:4318/v1/traces")]
    [InlineData("http://collector:4318/", "http://collector:4318/v1/traces")]
    [InlineData("https://eu.example/otlp", "https://eu.example/otlp/v1/traces")]
    [InlineData("https://eu.example/otlp/?team=a", "https://eu.example/otlp/v1/traces?team=a")]
    [InlineData("  http://collector  ", "http://collector/v1/traces")]
    public void The_place_of_traces_is_added_to_the_general_address(string given, string expected)
    {
        _environment[Endpoint] = given;

        Assert.Equal(expected, TraceSettings.Of(_environment)!.Endpoint.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://other:4318", "http://other:4318/")]
    [InlineData("http://other:4318/spans", "http://other:4318/spans")]
    public void The_address_of_traces_alone_is_taken_as_it_is(string given, string expected)
    {
        _environment[TracesEndpoint] = given;

        Assert.Equal(expected, TraceSettings.Of(_environment)!.Endpoint.AbsoluteUri);
    }

    [Theory]
    [InlineData(Endpoint, "")]
    [InlineData(Endpoint, "  ")]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_SDK_DISABLED", "TRUE")]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    [InlineData("OTEL_TRACES_EXPORTER", "console")]
    public void Nothing_is_sent_where_that_is_said(string name, string value)
    {
        _environment[name] = value;

        Assert.Null(TraceSettings.Of(_environment));
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "1")]
    [InlineData("OTEL_SDK_DISABLED", "")]
    [InlineData("OTEL_TRACES_EXPORTER", "console, otlp")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "soon")]
    public void Other_values_change_nothing(string name, string value)
    {
        _environment[name] = value;

        Assert.Null(TraceSettings.Of(_environment)!.Problem);
        Assert.Equal(TimeSpan.FromSeconds(10), TraceSettings.Of(_environment)!.Patience);
    }

    [Theory]
    [InlineData(Endpoint, "collector:4318")]
    [InlineData(Endpoint, "file:///etc/passwd")]
    [InlineData(Endpoint, "/v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc")]
    public void What_cannot_work_is_a_problem(string name, string value)
    {
        _environment[name] = value;

        Assert.NotNull(TraceSettings.Of(_environment)!.Problem);
    }

    [Fact]
    public void Headers_are_percent_encoded_and_those_of_traces_count_alone()
    {
        _environment["OTEL_EXPORTER_OTLP_HEADERS"] = "a=1";
        _environment["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] = "authorization=Basic%20dXNlcjpwYXNz=, x-team = a%2Cb ,, nothing, =none";

        Assert.Equal(
            [KeyValuePair.Create("authorization", "Basic dXNlcjpwYXNz="), KeyValuePair.Create("x-team", "a,b")],
            TraceSettings.Of(_environment)!.Headers);
    }

    [Theory]
    [InlineData("api-key=t0ps3cret,tenant=blue", "it says t0ps3cret", "it says ***")]
    [InlineData("authorization=Bearer%20t0ps3cret", "it says t0ps3cret", "it says ***")]
    [InlineData("authorization=Bearer%20t0ps3cret", "it says Bearer t0ps3cret", "it says ***")]
    [InlineData("api-key=t0p%2Fs3cret", "it says t0p/s3cret and t0p%2Fs3cret", "it says *** and ***")]
    public void Each_value_of_a_header_is_a_secret_of_its_own(string headers, string text, string expected) => Assert.Equal(
        expected,
        SecretRedactor.ForEnvironment(
            [KeyValuePair.Create("OTEL_EXPORTER_OTLP_HEADERS", headers)],
            SecretNames.LooksSecret).Redact(text));

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false)]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_header_of_the_caller_counts_if_it_is_one(string? header, bool isOne) =>
        Assert.Equal(isOne, TraceIds.TryParse(header, out _, out _));

    [Fact]
    public void Ids_follow_from_the_run_and_the_line()
    {
        var run = RunId.Parse("run-20260131-090500-0a1b2c3d");
        var line = MessageId.Parse("0198c0de-0000-7000-8000-000000000000");

        Assert.Equal("00-e43c356b5cc2ebca43e9be47bddba1f8-c931eae53932313b-01", TraceIds.HeaderOf(run, line));
        Assert.True(TraceIds.TryParse(TraceIds.HeaderOf(run, line), out _, out _));
    }
}
