using System.Globalization;
using System.Text.Json;
using Annotator.Inference;

namespace Annotator.Worker.Models.Connectors;

/// <summary>Reading what somebody else's server answered: nothing is taken for granted.</summary>
internal static class Answers
{
    /// <summary>Shapes of one picture at most.</summary>
    public const int MaxShapes = 10_000;

    public static ModelException Unreadable(string what) => new("remote-answer", $"The model's answer cannot be read: {what}.");

    /// <summary>The member; an undefined element where there is none, or what should hold it is no object.</summary>
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(this JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    /// <summary>A finite number, also as text, as CVAT's functions write their confidence.</summary>
    public static double? Number(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number when element.TryGetDouble(out var number) && double.IsFinite(number) => number,
        JsonValueKind.String when double.TryParse(element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        _ => null,
    };

    public static IEnumerable<JsonElement> Items(this JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>All numbers, of lists in lists one after the other.</summary>
    /// <exception cref="ModelException">One is no number.</exception>
    public static double[] Numbers(this JsonElement element)
    {
        var numbers = new List<double>();
        Collect(element, numbers);
        return [.. numbers];
    }

    private static void Collect(JsonElement element, List<double> numbers)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, numbers);
            }
        }
        else if (element.Number() is { } number)
        {
            numbers.Add(number);
        }
        else
        {
            throw Unreadable("where numbers should stand there is something else");
        }
    }
}
