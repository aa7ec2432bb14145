using System.Globalization;
using MudBlazor.Utilities;

namespace Annotator.Web.Labels;

/// <summary>Colours that are told apart on photos, in the order in which new labels take them.</summary>
internal static class LabelColors
{
    private const double GoldenAngle = 137.508;

    private static readonly string[] Palette =
        ["#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#42d4f4", "#f032e6", "#bfef45", "#469990", "#dcbeff", "#9a6324", "#ffe119"];

    /// <summary>The first colour that is not used yet; after the chosen ones, hues as far apart as they go on being.</summary>
    public static string Next(IReadOnlyCollection<string> used)
    {
        var taken = used.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Palette.Concat(Enumerable.Range(0, used.Count + 1).Select(Hue)).First(color => !taken.Contains(color));
    }

    private static string Hue(int index)
    {
        var color = new MudColor(index * GoldenAngle % 360, 0.75, index % 2 == 0 ? 0.45 : 0.65, 255);
        return string.Create(CultureInfo.InvariantCulture, $"#{color.R:x2}{color.G:x2}{color.B:x2}");
    }
}
