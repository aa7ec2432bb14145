using System.Xml;
using System.Xml.Linq;

namespace Annotator.Tests.Architecture;

/// <summary>The arrows of docs/architecture.md, read from the project files.</summary>
public sealed class ReferencesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Annotator.Formats"] = [],
        ["Annotator.Media"] = [],
        ["Annotator.Inference"] = ["Annotator.Formats"],
        ["Annotator.ServiceDefaults"] = [],
        ["Annotator.Core"] = ["Annotator.Formats"],
        ["Annotator.Client"] = ["Annotator.Formats"],
        ["Annotator.Cli"] = ["Annotator.Client", "Annotator.Formats", "Annotator.Media"],
        ["Annotator.Api"] = ["Annotator.Core", "Annotator.ServiceDefaults"],
        ["Annotator.Worker"] = ["Annotator.Core", "Annotator.Inference", "Annotator.Media", "Annotator.ServiceDefaults"],
        ["Annotator.Web"] = ["Annotator.Client", "Annotator.ServiceDefaults"],
        ["Annotator.AppHost"] = ["Annotator.Api", "Annotator.Worker", "Annotator.Web"],
    };

    public static TheoryData<string> Rooms => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_the_rooms_it_may(string room)
    {
        var references = ReferencesOf(File.ReadAllText(Path.Combine(Checkout.Root, room, $"{room}.csproj")));

        Assert.Empty(Violations(room, references));
    }

    [Fact]
    public void Every_project_has_a_rule_but_tests_and_benchmarks_which_nobody_references()
    {
        var projects = Directory.GetDirectories(Checkout.Root, "Annotator.*").Select(Path.GetFileName).Order();

        Assert.Equal(Allowed.Keys.Append("Annotator.Benchmarks").Append("Annotator.Tests").Order(), projects!);
    }

    /// <summary>The rule proves that it can fail.</summary>
    [Fact]
    public void A_forbidden_arrow_is_found()
    {
        const string Specimen = """<Project><ItemGroup><ProjectReference Include="../Annotator.Api/Annotator.Api.csproj" /></ItemGroup></Project>""";

        Assert.Equal(["Annotator.Api"], Violations("Annotator.Core", ReferencesOf(Specimen)));
    }

    private static IEnumerable<string> Violations(string room, IEnumerable<string> references) => references.Except(Allowed[room]);

    private static List<string> ReferencesOf(string project)
    {
        using var reader = XmlReader.Create(new StringReader(project));
        return XElement.Load(reader, LoadOptions.None).Descendants("ProjectReference")
            .SelectMany(reference => reference.Attribute("Include")!.Value.Split(';'))
            .Select(path => Path.GetFileNameWithoutExtension(path.Trim()))
            .ToList();
    }
}
