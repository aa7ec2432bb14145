using Annotator.Core.Annotations;
using Annotator.Core.Projects;

namespace Annotator.Tests.Unit.Annotations;

/// <summary>Labels for tests of rules: a car with attributes, a lane for polylines only, a skeleton with two nodes.</summary>
internal static class Schemas
{
    public const int Car = 1;
    public const int Lane = 2;
    public const int Person = 3;
    public const int Head = 4;
    public const int Foot = 5;
    public const int Weather = 6;
    public const int Parked = 11;
    public const int Colour = 12;
    public const int Doors = 13;
    public const int Speed = 14;

    public static LabelSchema Street()
    {
        var car = new Label { Id = Car, Name = "car" };
        car.Attributes.AddRange(
        [
            new LabelAttribute { Id = Parked, Name = "parked", InputType = AttributeInputType.Checkbox, DefaultValue = "false", Mutable = true },
            new LabelAttribute { Id = Colour, Name = "colour", InputType = AttributeInputType.Select, DefaultValue = "red", Values = ["red", "blue"] },
            new LabelAttribute { Id = Doors, Name = "doors", InputType = AttributeInputType.Number, DefaultValue = "4", Values = ["2", "5", "1"] },
        ]);
        var person = new Label { Id = Person, Name = "person", Type = "skeleton" };
        var head = new Label { Id = Head, Name = "head", Type = "points", ParentId = Person };
        head.Attributes.Add(new LabelAttribute { Id = Speed, Name = "speed", InputType = AttributeInputType.Text, DefaultValue = "", Mutable = true });
        return new LabelSchema(
        [
            car, new Label { Id = Lane, Name = "lane", Type = "polyline" }, person, head,
            new Label { Id = Foot, Name = "foot", Type = "points", ParentId = Person },
            new Label { Id = Weather, Name = "weather", Type = "tag" },
        ]);
    }
}
