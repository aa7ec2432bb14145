using Annotator.Media;
using Annotator.Tests.Api.Media;
using Annotator.Tests.Unit.Media;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Annotator.Tests.WholeSystem;

/// <summary>Pictures that are too large to be shown whole, and pictures that stand beside frames, in the editor of a real browser.</summary>
[Collection(nameof(LocalSystem))]
public sealed class PicturesInBrowser(LocalSystem system)
{
    private const int Width = 6000;
    private const int Height = 4000;
    private const int Square = 64;

    /// <summary>Where the first of two black squares begins; the second follows after a gap that a small copy of the picture does not have.</summary>
    private const int Left = 3008;
    private const int Top = 2016;
    private const int Gap = 8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_a_picture_of_24_megapixels_the_wand_takes_what_is_there_and_not_what_a_small_copy_shows()
    {
        var job = await system.UploadAsync("large.jpg", await TwoSquaresAsync());
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var page = person.Page;
        await person.OpenJobAsync(job, 0, Left + Square, Top + (Square / 2));
        await page.WaitForFunctionAsync(
            """
            () => {
              const canvas = document.querySelector('.stage canvas');
              // Pixel by pixel: the middle of the gap, four pixels right of the middle, is white only in the tiles.
              return canvas.getContext('2d').getImageData(canvas.width / 2 + 4, canvas.height / 2, 1, 1).data[0] > 240;
            }
            """);

        await page.Keyboard.PressAsync("w");
        await person.ClickAsync(Left + 20, Top + 20);
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Undo") }).First).ToHaveAttributeAsync("aria-disabled", "false");
        await page.Keyboard.PressAsync("Enter");
        await person.ListedAsync(1);
        await person.SavedAsync();

        using var admin = await system.AdminAsync();
        var saved = await UploadedFile.JsonAsync(await admin.GetAsync($"/api/jobs/{job}/annotations", Cancel));
        var points = saved.GetProperty("shapes")[0].GetProperty("points").EnumerateArray().Select(point => (int)point.GetDouble()).ToList();
        Assert.Equal([Left, Top, Left + Square - 1, Top + Square - 1], points[^4..]);
    }

    [Fact]
    public async Task Pictures_beside_a_frame_are_shown_with_it_until_they_are_closed_and_that_is_remembered()
    {
        var png = Images.Encoded(".png");
        var job = await system.UploadAsync("cameras.zip", Archives.Zip(("1.png", png), ("2.png", png), ("related_images/1_png/left.png", png), ("related_images/1_png/right.png", png)));
        await using var person = new PersonAtBrowser(system.Url, Chromium.PathOrSkip());
        await person.OpenBrowserAsync();
        var page = person.Page;
        await person.OpenJobAsync(job, 0, 1, 1);
        var panel = page.Locator(".related");
        await Expect(panel.GetByRole(AriaRole.Img)).ToHaveCountAsync(2);
        await Expect(panel).ToContainTextAsync("left.png");
        Assert.True(await panel.GetByRole(AriaRole.Img).First.EvaluateAsync<int>("picture => picture.decode().then(() => picture.naturalWidth)") > 0);

        await page.Keyboard.PressAsync("f");
        await Expect(panel).ToContainTextAsync("No pictures stand beside this frame.");

        await page.Keyboard.PressAsync("Shift+I");
        await Expect(panel).ToBeHiddenAsync();
        await person.OpenJobAsync(job, 0, 1, 1);
        await Expect(panel).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pictures beside the frame" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Img)).ToHaveCountAsync(2);

        var plain = await system.UploadAsync("alone.png", png);
        await person.OpenJobAsync(plain, 0, 1, 1);
        await Expect(panel).ToBeHiddenAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pictures beside the frame" })).ToHaveCountAsync(0);
    }

    private static Task<byte[]> TwoSquaresAsync()
    {
        var pixels = new byte[Width * Height * 3];
        Array.Fill(pixels, (byte)255);
        for (var y = Top; y < Top + Square; y++)
        {
            pixels.AsSpan(((y * Width) + Left) * 3, Square * 3).Clear();
            pixels.AsSpan(((y * Width) + Left + Square + Gap) * 3, Square * 3).Clear();
        }

        return new JpegMaker(new MediaLimits()).EncodeAsync(pixels, Width, Height, 95, Cancel);
    }
}
