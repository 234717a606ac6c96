namespace Lorch.Core.Tools;

/// <summary>Why a tool didn't answer, in one word: the codes that <c>lorch-agent</c> puts into <c>error</c> events.</summary>
internal static class ToolFailure
{
    public const string NotFound = "tool_not_found";
    public const string TooOld = "tool_too_old";
    public const string NotSignedIn = "not_signed_in";
    public const string RateLimited = "rate_limited";
    public const string UsageLimit = "usage_limit";
    public const string ContextTooLong = "context_too_long";
    public const string Refused = "refused";
    public const string Crashed = "tool_crashed";
    public const string EmptyAnswer = "empty_answer";
    public const string VerdictUnreadable = "verdict_unreadable";
    public const string ChangedOutside = "changed_outside";

    /// <summary>Gives the diagnostic of a code.</summary>
    /// <param name="code">What an <c>error</c> event says.</param>
    /// <returns>The diagnostic's code; <see langword="null"/> if it isn't one of these.</returns>
    public static string? DiagnosticOf(string code) => code switch
    {
        NotFound => DiagnosticCode.ToolNotFound,
        TooOld => DiagnosticCode.ToolTooOld,
        NotSignedIn => DiagnosticCode.ToolNotSignedIn,
        RateLimited or UsageLimit => DiagnosticCode.ToolLimitReached,
        ContextTooLong => DiagnosticCode.ContextTooLong,
        Refused => DiagnosticCode.ToolRefused,
        Crashed => DiagnosticCode.ToolCrashed,
        EmptyAnswer => DiagnosticCode.EmptyAnswer,
        VerdictUnreadable => DiagnosticCode.VerdictUnreadable,
        ChangedOutside => DiagnosticCode.ChangedOutside,
        _ => null,
    };

    /// <summary>Whether it passes with time alone.</summary>
    public static bool IsLimit(string code) => code is RateLimited or UsageLimit;

    /// <summary>Whether another attempt may go better without anybody doing anything.</summary>
    public static bool IsRetriable(string code) => IsLimit(code) || code is Crashed or EmptyAnswer or VerdictUnreadable;
}
