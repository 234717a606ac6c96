using System.Globalization;
using Lorch.Agent.Complaints;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>When a limit ends is believed only in a form that can mean nothing else: an attempt too early is paid for in vain.</summary>
public sealed class EndsOfLimits
{
    // A Sunday; 07:40 in Dhaka, 20:40 of the day before in New York. The machine is in India.
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 1, 40, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Here = TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(5.5), "here", "here");

    [Theory]
    [InlineData("try again in 5 days 22 hours 11 minutes.", "5.22:11")]
    [InlineData(
        "You've hit your usage limit. Upgrade to Pro (https://example.invalid/pro), or try again in 3 days, 4 hours and 5 minutes",
        "3.04:05")]
    [InlineData("Please try again in 6.2s. Visit https://example.invalid", "0:00:06.2")]
    [InlineData("Please retry in 34.074824224s.", "0:00:34.0748242")]
    [InlineData("try again in 20ms", "0:00:00.02")]
    [InlineData("Please try again in 1m2.5s", "0:01:02.5")]
    [InlineData("Your quota will reset after 2h13m5s.", "2:13:05")]
    [InlineData("quota resets in 5d 3h", "5.03:00")]
    [InlineData("wait for 30 seconds before you go on", "0:00:30")]
    [InlineData("retry after 1 hr", "1:00")]
    [InlineData("Try again in about an hour", "1:00")]
    [InlineData("try again in less than a minute", "0:01")]
    [InlineData("available again in 2 weeks", "14.00:00")]
    [InlineData("try again in 01:02:03", "1:02:03")]
    [InlineData("retry after PT1H30M", "1:30")]
    [InlineData("reset: P5DT22H11M", "5.22:11")]
    [InlineData("reset in P2W", "14.00:00")]
    [InlineData("retry-after: 120", "0:02")]
    [InlineData("Retry-After: 120\nx-request-id: 12345", "0:02")]
    [InlineData("{\"error\":{\"retry_after\":20}}", "0:00:20")]
    [InlineData("\"retryDelay\": \"34s\"", "0:00:34")]
    [InlineData("\"retry_after_ms\":1500,", "0:00:01.5")]
    [InlineData("\"resets_in_seconds\": 7200", "2:00")]
    [InlineData("x-ratelimit-reset-requests: 6m0s", "0:06")]
    [InlineData("retry in 5s, the weekly limit resets in 3 days", "3.00:00")]
    public void Are_spans_of_time_from_now(string text, string wait) =>
        Assert.Equal(TimeSpan.Parse(wait, CultureInfo.InvariantCulture), Find(text) - Now);

    [Theory]
    [InlineData("Claude AI usage limit reached|1795920000", "2026-11-29T02:40:00Z")]
    [InlineData("usage limit reached|1795920000123", "2026-11-29T02:40:00.123Z")]
    [InlineData("\"resets_at\":1795920000", "2026-11-29T02:40:00Z")]
    [InlineData("x-ratelimit-reset: 1795920000", "2026-11-29T02:40:00Z")]
    [InlineData("limit reached, try again at 1795920000.", "2026-11-29T02:40:00Z")]
    [InlineData("You've hit your limit · resets 1:30am (Asia/Dhaka)", "2026-11-29T19:30:00Z")]
    [InlineData("5-hour limit reached ∙ resets 3pm", "2026-11-29T09:30:00Z")]
    [InlineData("Your limit will reset at 3 p.m. (America/New_York).", "2026-11-29T20:00:00Z")]
    [InlineData("try again at 3:42 PM.", "2026-11-29T10:12:00Z")]
    [InlineData("or try again at 12:05 AM", "2026-11-29T18:35:00Z")]
    [InlineData("resets at 15:30 UTC", "2026-11-29T15:30:00Z")]
    [InlineData("resets at 15:30", "2026-11-29T10:00:00Z")]
    [InlineData("resets 06:00", "2026-11-30T00:30:00Z")]
    [InlineData("resets at 02:00+02:00", "2026-11-30T00:00:00Z")]
    [InlineData("resets 3pm (UTC+1)", "2026-11-29T14:00:00Z")]
    [InlineData("resets at 9pm PST", "2026-11-29T05:00:00Z")]
    [InlineData("quota resets at midnight UTC", "2026-11-30T00:00:00Z")]
    [InlineData("resets tomorrow at 9am UTC", "2026-11-30T09:00:00Z")]
    [InlineData("resets Tue 3pm (UTC)", "2026-12-01T15:00:00Z")]
    [InlineData("resets Sunday at 3pm UTC", "2026-11-29T15:00:00Z")]
    [InlineData("resets Sunday at 1am UTC", "2026-12-06T01:00:00Z")]
    [InlineData("Weekly limit reached ∙ resets Dec 3, 5pm (UTC)", "2026-12-03T17:00:00Z")]
    [InlineData("resets Oct 9 at 5pm (Europe/Berlin)", "2027-10-09T15:00:00Z")]
    [InlineData("try again at Nov 30th, 2026 3:42 PM.", "2026-11-30T10:12:00Z")]
    [InlineData("try again on 2 December 2026", "2026-12-01T18:30:00Z")]
    [InlineData("access resets on Tuesday, 1 December 2026 at 14:00 UTC", "2026-12-01T14:00:00Z")]
    [InlineData("try again at 2026-12-02T16:00:00Z", "2026-12-02T16:00:00Z")]
    [InlineData("reset at 2026-12-02T16:00:00.5-05:00", "2026-12-02T21:00:00.0Z")]
    [InlineData("available until 2026-12-02 16:00", "2026-12-02T10:30:00Z")]
    [InlineData("Retry-After: Wed, 02 Dec 2026 07:28:00 GMT", "2026-12-02T07:28:00Z")]
    [InlineData("\"reset_time\":\"2026-12-02T07:28:00Z\"", "2026-12-02T07:28:00Z")]
    public void Are_times(string text, string time)
    {
        Assert.SkipUnless(
            TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Dhaka", out _) || !text.AsSpan().ContainsAny("(P"),
            "This system knows no zones by their names.");

        Assert.Equal(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), Find(text));
    }

    [Theory]
    [InlineData("try again later")]
    [InlineData("try again in 5")]
    [InlineData("retry after 30")]
    [InlineData("resets 3")]
    [InlineData("resets at 15")]
    [InlineData("reset: 30")]
    [InlineData("x-ratelimit-reset-tokens: 250")]
    [InlineData("try again in 3 fortnights")]
    [InlineData("try again in 1 month 5 days")]
    [InlineData("try again in 5 business days")]
    [InlineData("try again in a few minutes")]
    [InlineData("try again in 5:30")]
    [InlineData("try again in 99999999999 days")]
    [InlineData("try again in 36000 days 36000 days 36000 days")]
    [InlineData("try again in 1e9 days")]
    [InlineData("retry 3/10, request 1795920000")]
    [InlineData("retry P1Y")]
    [InlineData("resets 13:75")]
    [InlineData("resets 25:00")]
    [InlineData("resets 13pm")]
    [InlineData("resets 0am")]
    [InlineData("resets 3pm (Mars/Olympus)")]
    [InlineData("resets 3pm IST")]
    [InlineData("resets Feb 30, 2027")]
    [InlineData("resets 12/02/2026")]
    [InlineData("resets 2026-13-01")]
    [InlineData("resets at 99:99:99 99 99")]
    [InlineData("preset: 3pm")]
    [InlineData("Claude AI usage limit reached|1764400000")]
    [InlineData("resets Nov 28, 2026 at 3pm")]
    [InlineData("resets 7:08am")]
    [InlineData("")]
    public void Are_not_known_in_any_other_form_and_not_where_they_lie_behind(string text) => Assert.Null(Find(text));

    [Fact]
    public void Are_found_in_whatever_text_in_no_time()
    {
        var texts = new[] { "retry ", "wait in ", "resets 1", "1 d ", "resets (", "retry_after", "try again in 1 day, ", "Dec ", "2 " };

        Assert.All(texts, text => _ = Find(string.Concat(Enumerable.Repeat(text, 20_000))));
    }

    private static DateTimeOffset? Find(string text)
    {
        var clock = new FakeTimeProvider(Now);
        clock.SetLocalTimeZone(Here);
        return new LimitEnd(clock).Find(text);
    }
}
