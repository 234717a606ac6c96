using System.Text.RegularExpressions;
using Lorch.Core.Tools;

namespace Lorch.Agent.Complaints;

/// <summary>What all tools complain of in the same words, since they talk to the same few services.</summary>
/// <remarks>A number or a single word tells nothing: a line number may be 401, and a connection may be refused.</remarks>
internal static partial class CommonComplaints
{
    /// <summary>Finds out what a complaint means.</summary>
    /// <param name="complaint">The text.</param>
    /// <returns>One of <see cref="ToolFailure"/>; null if it isn't known.</returns>
    public static string? Find(string complaint) =>
        ContextTooLong().IsMatch(complaint) ? ToolFailure.ContextTooLong
        : UsageLimit().IsMatch(complaint) ? ToolFailure.UsageLimit
        : RateLimited().IsMatch(complaint) ? ToolFailure.RateLimited
        : LimitReached().IsMatch(complaint) ? ToolFailure.UsageLimit
        : NotSignedIn().IsMatch(complaint) ? ToolFailure.NotSignedIn
        : Refused().IsMatch(complaint) ? ToolFailure.Refused
        : TooOld().IsMatch(complaint) ? ToolFailure.TooOld
        : null;

    [GeneratedRegex(@"context length|context window|prompt is too long|maximum context|too many tokens|input is too long", Options)]
    private static partial Regex ContextTooLong();

    [GeneratedRegex(
        @"usage limit|insufficient_quota|exceeded[^\n]{0,40}\bquota|\bquota\b[^\n]{0,40}(exceeded|exhausted|reached)|out of quota"
            + @"|credit balance|insufficient credit",
        Options)]
    private static partial Regex UsageLimit();

    [GeneratedRegex(@"rate[ _-]limit|too many requests|\boverloaded(_error)?\b|" + Status + "(429|529)" + Around, Options)]
    private static partial Regex RateLimited();

    [GeneratedRegex(
        @"\b(hour|daily|weekly|monthly|session|spending|plan|opus|sonnet) limit\b[^\n]{0,20}\b(reached|exceeded)|\b(hit|reached"
            + @"|exceeded) your( [\w-]+){0,2} limit\b|out of extra usage",
        Options)]
    private static partial Regex LimitReached();

    [GeneratedRegex(
        @"not (logged|signed) in|\bunauthorized\b|authentication[ _](failed|required|error)|(invalid|missing|incorrect"
            + @"|no) (x-)?api[ -]key|api[ -]key (is )?(not valid|invalid|missing|required)|please (log|sign) in|"
        + Status + "401" + Around,
        Options)]
    private static partial Regex NotSignedIn();

    [GeneratedRegex(@"content[ _](policy|filter)|violates[^\n]{0,60}(polic|guideline|terms)|i can't help with", Options)]
    private static partial Regex Refused();

    [GeneratedRegex(@"unknown option|unrecognized argument|unexpected argument|unknown argument|needs an update", Options)]
    private static partial Regex TooOld();

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    private const string Status = @"\b(http|status|error|code)( code)?[ :=]{1,3}";
    private const string Around = @"\b";
}
