using System.Text.RegularExpressions;

namespace Annotator.Tests.Architecture;

/// <summary>Habits of docs/architecture.md that a text scan can hold.</summary>
public sealed partial class SourceRulesTests
{
    [Fact]
    public void No_source_file_has_a_region_or_an_unfinished_mark()
    {
        var offences = SourceFiles().SelectMany(file => Offences(Path.GetRelativePath(Checkout.Root, file), File.ReadAllText(file)));

        Assert.Empty(offences);
    }

    [Fact]
    public void No_folder_is_a_bucket()
    {
        string[] buckets = ["Common", "Shared", "Utils", "Utilities", "Helpers", "Managers", "Misc"];

        Assert.Empty(SourceFiles()
            .SelectMany(file => Path.GetRelativePath(Checkout.Root, file).Split(Path.DirectorySeparatorChar)[..^1])
            .Distinct()
            .Intersect(buckets, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Only_the_outbound_client_makes_http_handlers_that_reach_other_hosts()
    {
        // The runner asks processes on the loopback address, nothing else. The command line runs on its user's own machine and
        // goes where that user says: there is no network of ours that it could be led into.
        string[] makers = [Path.Combine("Annotator.Cli", "CommandHost.cs"), Path.Combine("Annotator.ServiceDefaults", "OutboundHttp.cs")];
        var found = SourceFiles()
            .Where(file => !file.Contains($"Annotator.AppHost{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !file.Contains($"Annotator.Tests{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !file.Contains($"Annotator.Benchmarks{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && Path.GetExtension(file) == ".cs")
            .Where(file => MakesHandler().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(Checkout.Root, file))
            .Order(StringComparer.Ordinal);

        Assert.Equal(makers, found);
    }

    /// <summary>
    /// The framework tells the readers of an address one after the other and breaks when a new one comes up meanwhile, as happens when
    /// a page shows another part of itself: the page reads its address, and its parts are told.
    /// </summary>
    [Fact]
    public void Only_pages_read_the_address()
    {
        var readers = SourceFiles().Where(file => Path.GetExtension(file) == ".razor")
            .Select(file => (file, text: File.ReadAllText(file)))
            .Where(source => source.text.Contains("SupplyParameterFromQuery", StringComparison.Ordinal) && !source.text.Contains("@page ", StringComparison.Ordinal))
            .Select(source => Path.GetRelativePath(Checkout.Root, source.file));

        Assert.Empty(readers);
    }

    [Theory]
    [InlineData("#region Fields")]
    [InlineData("// TODO: later")]
    [InlineData("throw new NotImplementedException();")]
    public void An_offence_is_found(string specimen) => Assert.NotEmpty(Offences("Specimen.cs", specimen));

    private static IEnumerable<string> Offences(string name, string text)
    {
        // This file holds the specimens.
        if (name.EndsWith(nameof(SourceRulesTests) + ".cs", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (Match match in Unfinished().Matches(text))
        {
            yield return $"{name}: {match.Value}";
        }
    }

    private static IEnumerable<string> SourceFiles() =>
        Directory.GetDirectories(Checkout.Root, "Annotator.*")
            .SelectMany(project => Directory.EnumerateFiles(project, "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".ts" or ".razor")
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal)
                && !file.Contains($"{Path.DirectorySeparatorChar}wwwroot{Path.DirectorySeparatorChar}editor", StringComparison.Ordinal));

    [GeneratedRegex(@"^\s*#region.*$|\bTODO\b.*$|\bFIXME\b.*$|NotImplementedException", RegexOptions.Multiline)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"new (SocketsHttpHandler|HttpClientHandler|HttpClient)\b")]
    private static partial Regex MakesHandler();
}
