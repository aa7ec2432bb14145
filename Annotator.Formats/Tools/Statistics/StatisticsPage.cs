using System.Globalization;
using System.Net;

namespace Annotator.Formats.Tools.Statistics;

/// <summary>Statistics as one HTML page with charts, which loads nothing and follows the reader's light or dark theme.</summary>
public static class StatisticsPage
{
    private const int MostBars = 60;
    private const int BarHeight = 22;
    private const int NameWidth = 200;
    private const int ChartWidth = 760;
    private const int ValueWidth = 90;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2024; --dim: #60646c; --paper: #ffffff; --line: #d9dbe0; --bar: #2f6fd0; }
        @media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --dim: #a9adb5; --paper: #16181b; --line: #34373c; --bar: #6ea2f2; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 800px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; } p { color: var(--dim); margin: .25rem 0; }
        dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: .75rem; margin: 1rem 0; }
        dl div { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; } dt { color: var(--dim); } dd { margin: 0; font-size: 1.25rem; }
        svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif; } svg .v { fill: var(--dim); } svg rect { fill: var(--bar); }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); } td.n, th.n { text-align: right; }
        """;

    /// <param name="title">The dataset's name; any text, it is escaped.</param>
    public static void Write(TextWriter page, DatasetStatistics statistics, string title, string format)
    {
        page.WriteLine("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">");
        page.WriteLine($"<title>{Escaped(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>");
        page.WriteLine($"<h1>{Escaped(title)}</h1>\n<p>{Escaped(format)}</p>\n<dl>");
        Fact(page, "Images", statistics.Images);
        Fact(page, "Without annotations", statistics.ImagesWithoutAnnotations);
        Fact(page, "Annotations", statistics.Annotations);
        Fact(page, "Labels", statistics.Labels.Count);
        Fact(page, "Tracks", statistics.Tracks);
        page.WriteLine("</dl>");
        Chart(page, "Annotations by label", [.. statistics.Labels.Select(label => (label.Label, label.Annotations))]);
        Chart(page, "Annotations by kind", [.. statistics.Kinds.OrderByDescending(kind => kind.Value).Select(kind => (kind.Key, kind.Value))]);
        Chart(page, "Shapes by size: square root of the area, pixels", [.. statistics.ShapeSides.Select(bin => (Range(bin), bin.Count))]);
        var (small, medium, large) = statistics.CocoSizes;
        Chart(page, "Shapes by COCO's sizes", [("small, under 32²", small), ("medium, under 96²", medium), ("large", large)]);
        Chart(page, "Images by number of annotations", [.. statistics.AnnotationsPerImage.Select(bin => (Range(bin), bin.Count))]);
        Chart(page, "Images by size", [.. statistics.Sizes.Select(size => (Size(size.Width, size.Height), size.Count))]);
        Chart(page, "Images by subset", [.. statistics.Subsets.Select(subset => (subset.Key.Length > 0 ? subset.Key : "(none)", subset.Value))]);
        Table(page, statistics);
        page.WriteLine("</body>\n</html>");
    }

    /// <summary>Such as <c>16 – 32</c>; whole numbers below one bin are said alone.</summary>
    public static string Range(StatisticsBin bin) => bin.To is { } to
        ? string.Create(CultureInfo.InvariantCulture, $"{bin.From} – {to}")
        : string.Create(CultureInfo.InvariantCulture, $"{bin.From} and more");

    /// <summary>Such as <c>640 x 480</c>.</summary>
    public static string Size(int width, int height) => width > 0 ? string.Create(CultureInfo.InvariantCulture, $"{width} x {height}") : "(unknown)";

    private static void Fact(TextWriter page, string name, long value) => page.WriteLine($"<div><dt>{name}</dt><dd>{Number(value)}</dd></div>");

    private static void Chart(TextWriter page, string title, IReadOnlyList<(string Name, long Value)> bars)
    {
        if (bars.Count == 0)
        {
            return;
        }

        var shown = bars.Take(MostBars).ToList();
        var most = Math.Max(1, shown.Max(bar => bar.Value));
        page.WriteLine($"<h2>{Escaped(title)}</h2>");
        page.WriteLine(string.Create(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {ChartWidth} {shown.Count * BarHeight}\" role=\"img\" aria-label=\"{Escaped(title)}\">"));
        for (var i = 0; i < shown.Count; i++)
        {
            var width = (double)shown[i].Value / most * (ChartWidth - NameWidth - ValueWidth);
            var (y, text) = (i * BarHeight, i * BarHeight + 15);
            var name = shown[i].Name.Length <= 28 ? shown[i].Name : shown[i].Name[..27] + "…";
            page.WriteLine(string.Create(CultureInfo.InvariantCulture, $"<text x=\"{NameWidth - 8}\" y=\"{text}\" text-anchor=\"end\">{Escaped(name)}</text><rect x=\"{NameWidth}\" y=\"{y + 3}\" width=\"{Math.Max(width, shown[i].Value > 0 ? 1 : 0):0.#}\" height=\"{BarHeight - 6}\" rx=\"2\"><title>{Escaped(shown[i].Name)}: {shown[i].Value}</title></rect><text class=\"v\" x=\"{NameWidth + width + 6:0.#}\" y=\"{text}\">{Number(shown[i].Value)}</text>"));
        }

        page.WriteLine("</svg>");
        if (bars.Count > shown.Count)
        {
            page.WriteLine($"<p>and {Number(bars.Count - shown.Count)} more</p>");
        }
    }

    private static void Table(TextWriter page, DatasetStatistics statistics)
    {
        page.WriteLine("<h2>Labels</h2>\n<table>\n<tr><th>Label</th><th class=\"n\">Annotations</th><th class=\"n\">Images</th><th>Kinds</th></tr>");
        foreach (var label in statistics.Labels)
        {
            var kinds = string.Join(", ", label.Kinds.Select(kind => $"{kind.Key} {Number(kind.Value)}"));
            page.WriteLine($"<tr><td>{Escaped(label.Label)}</td><td class=\"n\">{Number(label.Annotations)}</td><td class=\"n\">{Number(label.Images)}</td><td>{Escaped(kinds)}</td></tr>");
        }

        page.WriteLine("</table>");
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
