using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Lorch.Core.Reports;

/// <summary>The frame of a page: one file that asks for nothing else, whose policy lets no other script run and no request leave.</summary>
internal static class HtmlPage
{
    /// <summary>Counts the changes of what pages look like: the same input and the same number give the same bytes.</summary>
    public const int RendererVersion = 1;

    private static readonly Lazy<string> Styles = new(() => Read("page.css"));
    private static readonly Lazy<string> Script = new(() => Read("page.js"));

    private static readonly Lazy<string> ScriptDigest =
        new(() => Convert.ToBase64String(SHA256.HashData(new UTF8Encoding(false, true).GetBytes(Script.Value))));

    /// <summary>Makes the page.</summary>
    /// <param name="title">What the browser's tab says.</param>
    /// <param name="body">Header, main and footer.</param>
    /// <returns>UTF-8, line feeds.</returns>
    public static byte[] Render(string title, Markup body)
    {
        var html = new HtmlText();
        html.Add($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{new Markup(ScriptDigest.Value)}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="Lorch.Build, report {RendererVersion}">
            <meta name="referrer" content="no-referrer">
            <link rel="icon" href="data:,">
            <title>{title}</title>
            <style>{new Markup(Styles.Value)}</style>
            </head>
            <body>
            <a class="skip" href="#content">Skip to the content</a>
            {body}
            <script>{new Markup(Script.Value)}</script>
            </body>
            </html>

            """);
        return new UTF8Encoding(false).GetBytes(html.ToMarkup().Value.ReplaceLineEndings("\n"));
    }

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"reports/{name}")!;
        using var reader = new StreamReader(stream, new UTF8Encoding(false));
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n');
    }
}
