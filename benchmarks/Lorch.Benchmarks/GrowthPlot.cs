using System.Globalization;
using System.Text;

namespace Lorch.Benchmarks;

/// <summary>Draws times over numbers of files, both axes logarithmic: what grows linearly is a straight line.</summary>
internal static class GrowthPlot
{
    private const int Width = 640;
    private const int Height = 400;
    private const int Margin = 60;

    public static void Write(
        string path,
        IReadOnlyList<(double Files, double Seconds)> own,
        IReadOnlyList<(double Files, double Seconds)> git)
    {
        var all = own.Concat(git).ToList();
        var x = new Axis(all.Min(point => point.Files), all.Max(point => point.Files), Margin, Width - Margin);
        var y = new Axis(all.Min(point => point.Seconds), all.Max(point => point.Seconds), Height - Margin, Margin);
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        foreach (var files in x.Decades)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line x1=\"{x.Of(files):0}\" y1=\"{Margin}\" x2=\"{x.Of(files):0}\" y2=\"{Height - Margin}\" stroke=\"#ddd\"/>");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{x.Of(files):0}\" y=\"{Height - Margin + 18}\" text-anchor=\"middle\">{files:N0} files</text>\n");
        }

        foreach (var seconds in y.Decades)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line x1=\"{Margin}\" y1=\"{y.Of(seconds):0}\" x2=\"{Width - Margin}\" y2=\"{y.Of(seconds):0}\" stroke=\"#ddd\"/>");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Margin - 6}\" y=\"{y.Of(seconds) + 4:0}\" text-anchor=\"end\">{seconds * 1000:0} ms</text>\n");
        }

        Draw(svg, git, x, y, "#999", "git status");
        Draw(svg, own, x, y, "#0a6", "snapshot, nothing changed");
        svg.Append("</svg>\n");
        File.WriteAllText(path, svg.ToString(), new UTF8Encoding(false));
    }

    private static void Draw(
        StringBuilder svg,
        IReadOnlyList<(double Files, double Seconds)> points,
        Axis x,
        Axis y,
        string color,
        string name)
    {
        var line = string.Join(
            ' ',
            points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{x.Of(point.Files):0.0},{y.Of(point.Seconds):0.0}")));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{line}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\n");
        foreach (var (files, seconds) in points)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle cx=\"{x.Of(files):0.0}\" cy=\"{y.Of(seconds):0.0}\" r=\"3\" fill=\"{color}\"/>");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{x.Of(files) + 6:0}\" y=\"{y.Of(seconds) + 14:0}\" fill=\"{color}\">{seconds * 1000:0.#} ms</text>\n");
        }

        var last = points[^1];
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{x.Of(last.Files) - 8:0}\" y=\"{y.Of(last.Seconds) - 8:0}\" text-anchor=\"end\" fill=\"{color}\">{name}</text>\n");
    }

    /// <summary>A logarithmic axis over whole decades.</summary>
    private sealed class Axis(double least, double greatest, double start, double end)
    {
        private readonly int _first = (int)Math.Floor(Math.Log10(least) + 1e-9);
        private readonly int _last = (int)Math.Ceiling(Math.Log10(greatest) - 1e-9);

        public IEnumerable<double> Decades => Enumerable.Range(_first, _last - _first + 1).Select(power => Math.Pow(10, power));

        public double Of(double value) => start + ((Math.Log10(value) - _first) / Math.Max(1, _last - _first) * (end - start));
    }
}
