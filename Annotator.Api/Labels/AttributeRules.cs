using System.Globalization;
using Annotator.Api.Errors;
using Annotator.Core.Projects;

namespace Annotator.Api.Labels;

/// <summary>
/// What an attribute must be, by its kind. A value list and a default that contradict each other would make every new object
/// wrong from the start, so they are refused here.
/// </summary>
internal static class AttributeRules
{
    private const int LongestValue = 200;
    private const int LongestValues = 4096;

    public static string Word(AttributeInputType type) => type.ToString().ToLowerInvariant();

    public static AttributeInputType? Type(string? word) =>
        Enum.GetValues<AttributeInputType>().Cast<AttributeInputType?>().FirstOrDefault(type => Word(type!.Value) == word);

    /// <summary>Checks the attribute as it will be, and fills in a default where none was given.</summary>
    public static void Check(Checks checks, string label, LabelAttribute attribute)
    {
        var where = $"label \"{label}\", attribute \"{attribute.Name}\"";
        var values = attribute.Values;
        checks.AtMost("attributes", attribute.DefaultValue, 128);
        checks.That(values.All(value => value.Length <= LongestValue), "attributes", $"{where}: a value has at most {LongestValue} characters.");
        checks.That(values.Sum(value => value.Length + 1) <= LongestValues, "attributes", $"{where}: all values together have at most {LongestValues} characters.");
        if (Fault(attribute) is { } fault)
        {
            checks.Fail("attributes", $"{where}: {fault}");
        }
    }

    private static string? Fault(LabelAttribute attribute)
    {
        var values = attribute.Values;
        switch (attribute.InputType)
        {
            case AttributeInputType.Checkbox:
                attribute.DefaultValue = (attribute.DefaultValue.Length > 0 ? attribute.DefaultValue : values.FirstOrDefault("false")).ToLowerInvariant();
                return attribute.DefaultValue is "true" or "false" && values.All(value => value.ToLowerInvariant() is "true" or "false" or "")
                    ? null
                    : "a checkbox is true or false.";

            case AttributeInputType.Radio or AttributeInputType.Select:
                if (values.Length == 0 || values.Distinct(StringComparer.Ordinal).Count() != values.Length || values.Any(string.IsNullOrWhiteSpace))
                {
                    return "give at least one value, none of them twice or empty.";
                }

                attribute.DefaultValue = attribute.DefaultValue.Length > 0 ? attribute.DefaultValue : values[0];
                return values.Contains(attribute.DefaultValue) ? null : $"the default \"{attribute.DefaultValue}\" is not among the values.";

            case AttributeInputType.Number:
                return NumberFault(attribute);

            default:
                return values.Length <= 1 ? null : "a text has at most one value, the hint.";
        }
    }

    private static string? NumberFault(LabelAttribute attribute)
    {
        var numbers = attribute.Values.Select(Number).ToArray();
        if (numbers is not [{ } least, { } most, { } step] || least > most || step <= 0)
        {
            return "a number's values are minimum, maximum and step, such as 0, 10, 1.";
        }

        attribute.DefaultValue = attribute.DefaultValue.Length > 0 ? attribute.DefaultValue : attribute.Values[0];

        // The step is for who changes the value by hand: existing clients name defaults, and values, between two steps.
        return Number(attribute.DefaultValue) is { } value && value >= least && value <= most
            ? null
            : $"the default \"{attribute.DefaultValue}\" is not a number from {attribute.Values[0]} to {attribute.Values[1]}.";
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
