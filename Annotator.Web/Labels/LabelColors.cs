namespace Annotator.Web.Labels;

/// <summary>Colours that are told apart on photos, in the order in which new labels take them.</summary>
internal static class LabelColors
{
    private static readonly string[] Palette =
        ["#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#42d4f4", "#f032e6", "#bfef45", "#469990", "#dcbeff", "#9a6324", "#ffe119"];

    /// <summary>The first colour that is not used yet; they start again when all are.</summary>
    public static string Next(IReadOnlyCollection<string> used) =>
        Palette.FirstOrDefault(color => !used.Contains(color, StringComparer.OrdinalIgnoreCase)) ?? Palette[used.Count % Palette.Length];
}
