using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;
using Annotator.Inference.Processes;
using Annotator.Inference.Recognition;
using Annotator.Inference.Sessions;

namespace Annotator.Tests.Unit.Inference;

/// <summary>The real model that comes with the product. The signs are painted here, so that no font is needed.</summary>
public sealed class IncludedTextModelTests
{
    private const int Dot = 6;

    private static readonly Dictionary<char, string[]> _letters = new()
    {
        ['T'] = ["#####", "..#..", "..#..", "..#..", "..#..", "..#..", "..#.."],
        ['E'] = ["#####", "#....", "#....", "####.", "#....", "#....", "#####"],
        ['X'] = ["#...#", "#...#", ".#.#.", "..#..", ".#.#.", "#...#", "#...#"],
        ['I'] = [".###.", "..#..", "..#..", "..#..", "..#..", "..#..", ".###."],
    };

    [Fact]
    public async Task The_included_model_finds_signs_and_reads_them()
    {
        var package = Assert.Single(IncludedModels.All(new InferenceLimits()));
        await using var process = new InferenceProcess(new InferenceLimits(), new SessionSettings());
        await process.LoadAsync(package.Folder, TestContext.Current.CancellationToken);

        var found = await process.PredictAsync([Street(), Golden.Image()], new PredictionOptions(), TestContext.Current.CancellationToken);

        var signs = found[0].OrderBy(sign => sign.Points[0]).ToList();
        AssertSigns(signs);
        Assert.All(signs, sign => Assert.Equal((PredictionKind.Polygon, "text", 8), (sign.Kind, sign.Label, sign.Points.Length)));

        // Four letters of six dots' width from 60, 50 and 360, 200.
        Assert.All(new[] { (signs[0], 60.0, 50.0), (signs[1], 360.0, 200.0) }, sign =>
        {
            Assert.InRange(sign.Item1.Points[0], sign.Item2 - 20, sign.Item2 + 6);
            Assert.InRange(sign.Item1.Points[1], sign.Item3 - 20, sign.Item3 + 6);
            Assert.InRange(sign.Item1.Points[4], sign.Item2 + 132, sign.Item2 + 164);
            Assert.InRange(sign.Item1.Points[5], sign.Item3 + 36, sign.Item3 + 62);
        });
        Assert.Empty(found[1]);
    }

    [Fact]
    public async Task The_same_files_are_recognised_when_they_are_dropped_in_without_a_description()
    {
        var cancel = TestContext.Current.CancellationToken;
        var limits = new InferenceLimits();
        var included = Assert.Single(IncludedModels.All(limits));
        var folder = Directory.CreateTempSubdirectory("text");
        try
        {
            var names = included.Description.Files.All().ToList();
            Assert.Equal(4, names.Count);
            names.ForEach(name => File.Copy(Path.Join(included.Folder, name), Path.Join(folder.FullName, name)));
            await using var process = new InferenceProcess(limits, new SessionSettings());
            var side = SideFiles.Read(names, name => LabelFiles.Decode(name, File.ReadAllBytes(Path.Join(folder.FullName, name))), limits);
            var evidence = new List<ModelEvidence>();
            foreach (var name in names.Where(name => name.EndsWith(".onnx", StringComparison.Ordinal)))
            {
                var path = Path.Join(folder.FullName, name);
                evidence.Add(new ModelEvidence
                {
                    FileName = name,
                    File = OnnxFile.Read(path, limits),
                    Probe = await process.ProbeAsync(path, cancel),
                    Labels = side.Labels,
                    LabelsFile = side.LabelsFile,
                });
            }

            var best = new ModelRecogniser(limits).Recognise(evidence).Best!;
            Assert.Empty(best.Questions);
            Assert.Equal(included.Description.Files, best.Description.Files);

            await File.WriteAllTextAsync(Path.Join(folder.FullName, ModelDescription.FileName), ModelJson.Write(best.Description), cancel);
            await process.LoadAsync(folder.FullName, cancel);
            AssertSigns([.. (await process.PredictAsync([Street()], new PredictionOptions(), cancel))[0].OrderBy(sign => sign.Points[0])]);

            Assert.Null(new ModelRecogniser(limits).Recognise([.. evidence.Select(one => one with { Labels = null, LabelsFile = "" })]).Best);
            Assert.Contains("list of characters", ModelRecogniser.Explain(evidence));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertSigns(List<Prediction> signs) => Assert.Equal(["TEXT", "EXIT"], signs.Select(sign => sign.Attributes["text"]));

    private static PixelImage Street()
    {
        const int Width = 640, Height = 320;
        var pixels = new byte[Width * Height * 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (30, 60, 140);
        }

        Paint(pixels, Width, "TEXT", 60, 50);
        Paint(pixels, Width, "EXIT", 360, 200);
        return new PixelImage(Width, Height, pixels);
    }

    private static void Paint(byte[] pixels, int width, string word, int left, int top)
    {
        for (var i = 0; i < word.Length; i++)
        {
            for (var row = 0; row < 7 * Dot; row++)
            {
                for (var column = 0; column < 5 * Dot; column++)
                {
                    if (_letters[word[i]][row / Dot][column / Dot] == '#')
                    {
                        Array.Fill(pixels, (byte)245, (((top + row) * width) + left + (i * 6 * Dot) + column) * 3, 3);
                    }
                }
            }
        }
    }
}
