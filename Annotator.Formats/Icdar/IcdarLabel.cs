using Annotator.Formats.Model;

namespace Annotator.Formats.Icdar;

/// <summary>The one label of all that ICDAR's files hold, and its attributes.</summary>
internal static class IcdarLabel
{
    public const string Name = "icdar";
    public const string Text = "text";

    /// <summary>Such as Latin, in the challenges of several languages.</summary>
    public const string Script = "script";
    public const string Index = "index";
    public const string Color = "color";
    public const string Center = "center";

    public static DatasetInfo Info(string type, params string[] attributes) => new()
    {
        Labels = [new DatasetLabel { Name = Name, Type = type, Attributes = [.. attributes.Select(name => new DatasetAttribute { Name = name, Mutable = false })] }],
    };

    /// <summary>The text without the pair of quotes around it.</summary>
    public static string Unquoted(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length > 1 && trimmed[0] == '"' && trimmed[^1] == '"' ? trimmed[1..^1] : trimmed;
    }

    /// <summary>The text in quotes, on one line; empty stays empty.</summary>
    public static string Quoted(string text) => text.Length == 0 ? "" : $"\"{text.ReplaceLineEndings(" ")}\"";

    public static string Subset(string folder)
    {
        var name = folder.TrimEnd('/');
        name = name[(name.LastIndexOf('/') + 1)..];
        return name == "default" ? "" : name;
    }

    /// <summary>Reports a label of another name: the files know the text only.</summary>
    public static void Report(DatasetReport report, string label, string place)
    {
        if (label != Name)
        {
            report.Loss("label-not-held", $"The format has no labels: when read, all is called {Name}", $"{place}: {label}");
        }
    }
}
