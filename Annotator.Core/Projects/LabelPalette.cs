using System.Globalization;

namespace Annotator.Core.Projects;

/// <summary>
/// Colours for labels that come without one. The first eight are Okabe and Ito's, which people with any kind of colour vision
/// can tell apart; after them hues are spread by the golden angle. Always the same for the same labels.
/// </summary>
public static class LabelPalette
{
    private const double GoldenAngle = 137.50776405003785;

    private static readonly string[] First =
        ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#f0e442", "#999999"];

    /// <summary>The first colour that is not in use yet.</summary>
    /// <param name="used">Colours as <c>#rrggbb</c>, in any case.</param>
    public static string Next(IReadOnlyCollection<string> used)
    {
        var taken = used.ToHashSet(StringComparer.OrdinalIgnoreCase);
        for (var n = 0; ; n++)
        {
            var color = n < First.Length ? First[n] : OfHue(n * GoldenAngle % 360, 0.45 + (n % 3 * 0.1));
            if (!taken.Contains(color) || n > taken.Count + First.Length)
            {
                return color;
            }
        }
    }

    /// <summary>Whether a text is a colour: <c>#</c> and six hexadecimal digits.</summary>
    public static bool IsColor(string text) => text.Length == 7 && text[0] == '#' && text.Skip(1).All(char.IsAsciiHexDigit);

    private static string OfHue(double hue, double lightness)
    {
        const double saturation = 0.65;
        return string.Create(CultureInfo.InvariantCulture, $"#{Channel(0):x2}{Channel(8):x2}{Channel(4):x2}");

        byte Channel(int offset)
        {
            var k = (offset + (hue / 30)) % 12;
            var value = lightness - (saturation * Math.Min(lightness, 1 - lightness) * Math.Max(-1, Math.Min(Math.Min(k - 3, 9 - k), 1)));
            return (byte)Math.Round(value * 255);
        }
    }
}
